import { changeText, countText, percentText } from "../math/figures.ts";
import type { HostComparison } from "../schema/host-standing.ts";
import { canonicalJson } from "../schema/json.ts";
import { onceEach } from "../schema/once-each.ts";
import { sutSettings } from "../schema/sut.ts";
import type { Purpose } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import { accuracyOf } from "./accuracy.ts";
import { byCount, largestOf, restricted, usableTrials, wholePool, type Grouping, type Pool } from "./pool.ts";
import { partsOfBlocks, wholeBlock } from "./block-parts.ts";
import { compareHosts, type HostsCompared } from "./hosts.ts";
import { primaryMetricOf } from "./primary-metric.ts";
import { armsOf, cellsOf, experimentsByName, rulesOf, type ComparedStudy } from "./study.ts";
import { settingOf } from "./unlike.ts";

/** The pool of the experiment with this name. */
export type PoolOf = (name: string, purpose: Purpose) => Pool;

const nothing = wholePool([]);

/**
 * The pool of each experiment and purpose. Which performance trials count is decided for all arms of a cell together, so that
 * no arm is measured on one machine and its control on another. Accuracy belongs to a configuration: it may come from another
 * experiment's trials.
 */
export function poolsOf(study: ComparedStudy, trials: readonly Trial[]): PoolOf {
  const experiments = experimentsByName(study);
  const performance = measuredIn(study, trials).pools;
  const accuracy = onceEach((name: string) => {
    const experiment = experiments.get(name);
    if (experiment === undefined) return nothing;
    return wholePool(accuracyOf(study, trials, experiment, performance.get(name)).trials);
  });
  return (name, purpose) => (purpose === "accuracy" ? accuracy(name) : (performance.get(name) ?? nothing));
}

/** How far hosts differ, a comparison a cell whose blocks ran on several; empty of a study on one host and one set of devices. */
export function hostsCompared(study: ComparedStudy, trials: readonly Trial[]): HostComparison[] {
  return measuredIn(study, trials).hosts;
}

/** What ran on what, less what some of the arms declare to differ. */
function bySetting(changed: readonly string[]): Grouping {
  return {
    keyOf: onceEach((trial) => settingOf(trial, changed)),
    whyNot: (_, { length }) =>
      `it ran with another engine build, model, GPU or driver than the ${countText(length, "trial")} pooled for all arms`,
  };
}

type StudyOfPools = Pick<ComparedStudy, "experiments" | "contrasts" | "fidelity" | "rules">;
/** The pool of each experiment by its name, and the hosts of each cell as they were before one was left out. */
interface Measured {
  pools: ReadonlyMap<string, Pool>;
  hosts: HostComparison[];
}

const known = new WeakMap<readonly Trial[], { study: StudyOfPools; measured: Measured }>();

/** An analysis asks for the pools of the same study many times: those of these trials are kept while the trials are. */
function measuredIn(study: ComparedStudy, trials: readonly Trial[]): Measured {
  const kept = known.get(trials);
  const isSame = (["experiments", "contrasts", "fidelity", "rules"] as const).every(
    (member) => kept?.study[member] === study[member],
  );
  if (kept !== undefined && isSame) return kept.measured;
  const measured = performancePools(study, trials);
  known.set(trials, { study, measured });
  return measured;
}

function performancePools(study: ComparedStudy, trials: readonly Trial[]): Measured {
  const experiments = experimentsByName(study);
  const hosts: HostComparison[] = [];
  const partOf = partsOfBlocks(trials.filter(({ spec }) => spec.fidelity === study.fidelity));
  const inParts = trials.map((trial) => {
    const block = partOf(trial);
    return block === trial.spec.block ? trial : { ...trial, spec: { ...trial.spec, block } };
  });
  const byExperiment = Map.groupBy(inParts, ({ spec }) => spec.experimentId);
  const pools = new Map(
    study.experiments.map(({ id, labels }): [string, Pool] => [
      labels.name,
      usableTrials(study, byExperiment.get(id) ?? [], id, "performance"),
    ]),
  );
  const inCells = new Set<string>();
  for (const cell of cellsOf(study.contrasts)) {
    const names = armsOf(cell);
    for (const name of names) inCells.add(name);
    const count = sharedKey(pools, names, byCount);
    // Trials of different counts are never pooled: where no count is in all arms, each arm keeps its largest, and that confounds.
    for (const name of names) restrict(pools, name, byCount, count ?? largestOf(pools.get(name)!.trials, byCount));
    // Where no setting is in all arms, none is left out: within blocks they may still be alike.
    const declared = cell.contrasts.flatMap(({ changed }) => Object.keys(sutSettings(changed) ?? {}));
    restrictAlike(pools, names, bySetting(declared.map((member) => `sut.${member}`)));
    // Arms for which the matrix declares the same engine and model share their build too, whatever the others declare.
    const ofOneSystem = Map.groupBy(names, (name) => canonicalJson(sutSettings(experiments.get(name)?.knobs ?? {})));
    if (declared.length > 0) for (const own of ofOneSystem.values()) restrictAlike(pools, own, bySetting([]));
    const all = trialsIn(names.flatMap((name) => pools.get(name)!.trials));
    for (const name of names) pools.set(name, besideOthers(pools.get(name)!, all));
    const baseline = { name: cell.baseline, pool: pools.get(cell.baseline)! };
    const together = names.flatMap((name) => pools.get(name)!.trials);
    const compared = compareHosts(
      together,
      baseline,
      () => primaryMetricOf(study, cell, trials),
      rulesOf(study).strayHost,
    );
    if (compared === null) continue;
    hosts.push(compared.comparison);
    for (const name of names) pools.set(name, withoutStrayHosts(pools.get(name)!, compared));
  }
  for (const name of pools.keys()) {
    if (inCells.has(name)) continue;
    restrict(pools, name, byCount, largestOf(pools.get(name)!.trials, byCount));
  }
  return { pools, hosts };
}

/** Without the blocks of hosts that the matrix's rule leaves out. */
function withoutStrayHosts(pool: Pool, { comparison, nameOf }: HostsCompared): Pool {
  const { hosts, rule, called } = comparison;
  return hosts
    .filter(({ leftOut }) => leftOut)
    .reduce((rest, { name, ratio }): Pool => {
      const why = `left out by rule: ${name} strays, its baseline ${changeText(ratio)} from the median of ${hosts.length} ${called}, at most ±${percentText(rule.above)}`;
      const keyOf = (trial: Trial): string => (nameOf(trial) === name ? name : "");
      return restricted(rest, { keyOf, whyNot: () => why }, "");
    }, pool);
}

/** How many trials ran in each block, and in each part of one. */
interface TrialsIn {
  parts: ReadonlyMap<number, number>;
  blocks: ReadonlyMap<number, number>;
}

function trialsIn(trials: readonly Trial[]): TrialsIn {
  const [parts, blocks] = [new Map<number, number>(), new Map<number, number>()];
  for (const trial of trials) {
    const [part, block] = [trial.spec.block, wholeBlock(trial)];
    parts.set(part, (parts.get(part) ?? 0) + 1);
    blocks.set(block, (blocks.get(block) ?? 0) + 1);
  }
  return { parts, blocks };
}

/**
 * Without the trials that ran apart from all other arms of their block, where others of the arm did not: they have nothing to
 * be compared with. Where all of them did, they stay, and that confounds.
 */
function besideOthers(pool: Pool, all: TrialsIn): Pool {
  const own = trialsIn(pool.trials);
  const hasOthers = (kind: keyof TrialsIn, place: number): boolean => all[kind].get(place) !== own[kind].get(place);
  const isApart = (trial: Trial): boolean =>
    !hasOthers("parts", trial.spec.block) && hasOthers("blocks", wholeBlock(trial));
  if (!pool.trials.some(({ spec }) => hasOthers("parts", spec.block))) return pool;
  const excluded = pool.trials.filter(isApart).map((trial) => ({
    trialId: trial.spec.trialId,
    why: `it ran apart from the rest of block ${wholeBlock(trial)}: later, on another host or on other GPUs`,
  }));
  return {
    ...pool,
    trials: pool.trials.filter((trial) => !isApart(trial)),
    excluded: [...pool.excluded, ...excluded],
  };
}

/** Each arm keeps what all of them have; where no setting is in all, none is left out. */
function restrictAlike(pools: Map<string, Pool>, names: readonly string[], grouping: Grouping): void {
  const setting = sharedKey(pools, names, grouping);
  for (const name of names) restrict(pools, name, grouping, setting);
}

function restrict(pools: Map<string, Pool>, name: string, grouping: Grouping, key: string | null): void {
  pools.set(name, restricted(pools.get(name)!, grouping, key));
}

/** The key that trials of every arm with a usable trial have; of several the one with the most trials. Null where there is none. */
function sharedKey(pools: ReadonlyMap<string, Pool>, names: readonly string[], grouping: Grouping): string | null {
  const arms = names.map((name) => pools.get(name)!.trials).filter(({ length }) => length > 0);
  const [first = new Set<string>(), ...others] = arms.map((arm) => new Set(arm.map(grouping.keyOf)));
  const keys = others.reduce((common, own) => common.intersection(own), first);
  const shared = arms.flat().filter((trial) => keys.has(grouping.keyOf(trial)));
  return largestOf(shared, grouping);
}
