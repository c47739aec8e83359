import type { Experiment } from "../schema/experiment.ts";
import { trialId, trialIdParts } from "../schema/ids.ts";
import type { Study } from "../schema/study.ts";
import type { Ledger, Purpose, TrialSpec } from "../schema/trial-spec.ts";
import { launchGroups, orderOfBlock } from "./blocks.ts";
import type { InFlight } from "./in-flight.ts";
import type { Partners } from "./partners.ts";
import type { Past } from "./past.ts";
import { dataSeedOf, seedsOf } from "./seeds.ts";

/** Writes down the trials of a study, block after block: numbers and ids go on where the past ends. */
export interface SpecWriter {
  /** A trial of a block that goes on, as it was drawn. An accuracy trial is left out where its accuracy has been measured by now. */
  goOn(trial: InFlight): void;
  /** A new block: every member once, baselines as often as the order says, accuracy in the first launch that can measure it. */
  openBlock(members: readonly Experiment[]): void;
  /** The accuracy that no launch so far measures, each in a separate launch. */
  accuracyAlone(): void;
  specs(): TrialSpec[];
}

/** `baselines`: which members may stand in a block twice. `scored`: experiments whose accuracy is asked for, where the study asks for accuracy at all. */
export function createSpecWriter(
  study: Study,
  { ledger: { trials, taken = [] }, before = [] }: { ledger: Ledger; before?: readonly TrialSpec[] },
  past: Past,
  baselines: { isBaseline: ReadonlySet<string>; partners: Partners },
  scored: readonly Experiment[],
): SpecWriter {
  const specs: TrialSpec[] = [];
  const dataset = dataSeedOf(study, trials);
  const isTaken = new Set(taken);
  const replicates = replicatesOf([...past.entries.map((entry) => entry.trialId), ...taken]);
  const retried = new Map<string, number>();
  const seeds = new Map<string, TrialSpec["seeds"]>();
  // A block has one for all its trials of a workload.
  const seedsIn = (block: number, workload: string): TrialSpec["seeds"] =>
    seeds.getOrInsertComputed(`${block} ${workload}`, () => ({ ...seedsOf(study, block, workload), dataset }));
  const unscored = study.accuracy === null ? new Map<string, Experiment[]>() : unscoredOf(scored, past);
  let block = largest([...past.entries, ...before].map((entry) => (entry.purpose === "probe" ? 0 : entry.block)));
  let position = largest([...past.entries, ...before].map((entry) => entry.position));

  const push = (
    experiment: Experiment,
    parts: { purpose: Purpose; replicate: number; attempt: number },
    place: { block: number; position: number; launchKey: string },
  ): void => {
    const id = { experimentId: experiment.id, fidelity: study.fidelity, ...parts };
    specs.push({
      ...id,
      trialId: trialId(id),
      experiment: experiment.labels.name,
      ...place,
      seeds: seedsIn(place.block, experiment.labels.workload),
    });
  };

  const add = (experiment: Experiment, purpose: Purpose, launchKey: string): void => {
    const key = `${experiment.id} ${purpose}`;
    const done = retried.get(key) ?? 0;
    const failed = past.toRetry(experiment.id, purpose)[done];
    const replicate = failed?.replicate ?? (replicates.get(key) ?? 0) + 1;
    if (failed === undefined) replicates.set(key, replicate);
    else retried.set(key, done + 1);
    let attempt = (failed?.attempt ?? 0) + 1;
    const idOf = (tried: number): string =>
      trialId({ experimentId: experiment.id, purpose, fidelity: study.fidelity, replicate, attempt: tried });
    while (isTaken.size > 0 && isTaken.has(idOf(attempt))) attempt += 1;
    position += 1;
    push(experiment, { purpose, replicate, attempt }, { block, position, launchKey });
  };

  const score = (experiment: Experiment, launchKey: string): void => {
    if (unscored.size === 0 || unscored.get(experiment.accuracyKey)?.includes(experiment) !== true) return;
    unscored.delete(experiment.accuracyKey);
    add(experiment, "accuracy", launchKey);
  };

  return {
    goOn({ experiment, purpose, replicate, attempt, ...place }) {
      if (purpose === "accuracy" && !unscored.delete(experiment.accuracyKey)) return;
      const key = `${experiment.id} ${purpose}`;
      replicates.set(key, Math.max(replicates.get(key) ?? 0, replicate));
      position = Math.max(position, place.position);
      push(experiment, { purpose, replicate, attempt }, place);
    },
    openBlock(members) {
      block += 1;
      for (const [place, group] of launchGroups(study, orderOfBlock(study, members, baselines, block)).entries()) {
        const launchKey = `b${block}-${place + 1}`;
        for (const experiment of group) {
          add(experiment, "performance", launchKey);
          score(experiment, launchKey);
        }
      }
    },
    accuracyAlone() {
      if (specs.length === 0) block += 1; // a trial of another session is no neighbour of these
      for (const [place, [experiment]] of [...unscored.values()].entries())
        if (experiment !== undefined) score(experiment, `accuracy-${place + 1}`);
    },
    specs: () => specs,
  };
}

/** By accuracy key that is not measured yet, the experiments that can measure it: those whose attempt is to be tried again, else all. */
function unscoredOf(scored: readonly Experiment[], past: Past): Map<string, Experiment[]> {
  const measured = new Set(
    past.entries
      .filter((entry) => entry.purpose === "accuracy" && past.stands(entry))
      .map((entry) => entry.experimentId),
  );
  const byKey = Map.groupBy(scored, ({ accuracyKey }) => accuracyKey);
  const unscored = new Map<string, Experiment[]>();
  for (const [key, experiments] of byKey) {
    if (experiments.some(({ id }) => measured.has(id))) continue;
    const failed = experiments.filter(({ id }) => past.toRetry(id, "accuracy").length > 0);
    unscored.set(key, failed.length > 0 ? failed : experiments);
  }
  return unscored;
}

/** The highest replicate of each experiment and purpose; ids of folders that cannot be read count too. */
function replicatesOf(trialIds: readonly string[]): Map<string, number> {
  const replicates = new Map<string, number>();
  for (const id of trialIds) {
    const parts = trialIdParts(id);
    if (parts === null) continue;
    const key = `${parts.experimentId} ${parts.purpose}`;
    replicates.set(key, Math.max(replicates.get(key) ?? 0, parts.replicate));
  }
  return replicates;
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
