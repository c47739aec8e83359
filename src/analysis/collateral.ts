import type { Collateral } from "../schema/effect.ts";
import type { Contrast } from "../schema/experiment.ts";
import { canonicalJson, sameJson, type Json } from "../schema/json.ts";
import { onceEach } from "../schema/once-each.ts";
import { isMeasured, isVolatile, withoutDrawn } from "../schema/resolved-names.ts";
import { nameInScope } from "../schema/knob.ts";
import { trialsOf, isUsable, type Trial } from "../schema/trial.ts";
import { placeOf } from "./block-parts.ts";
import { poolsOf, type PoolOf } from "./pools.ts";
import { experimentsByName, type ComparedStudy, type KnobPath } from "./study.ts";
import { sharedBlocks } from "./unlike.ts";

/** What an engine measures at its start, such as KV-cache blocks after profiling, may differ by this share between two starts of one configuration. Our choice. */
const measuredTolerance = 0.02;

/** For each contrast what moved, and what varied, beside the change; names that belong to one launch are passed over. */
export function collateral(
  study: ComparedStudy,
  trials: readonly Trial[],
  poolOf: PoolOf = poolsOf(study, trials),
): Collateral[] {
  const experiments = experimentsByName(study);
  // A baseline is asked about with each change.
  const armOf = onceEach((name: string): Arm => {
    const own = trialsOf(trials, experiments.get(name)?.id).filter(({ spec }) => spec.fidelity === study.fidelity);
    const pooled = reporting(poolOf(name, "performance").trials);
    const usable = reporting(own.filter(isUsable));
    return armFrom(name, pooled.length > 0 ? pooled : usable.length > 0 ? usable : reporting(own));
  });
  return study.contrasts.map((contrast) => {
    const { treatment, control, family } = contrast;
    const [above, below] = [armOf(treatment), armOf(control)];
    // A baseline that many are against is named once.
    const silent = [below, above].find((arm) => arm.trials.length === 0);
    const found: Collateral = { treatment, control, family, moved: [], varying: [], unknown: null };
    if (silent !== undefined) return { ...found, unknown: `${silent.name} has no resolved configuration` };
    const explained = explainedBy(contrast, study.knobPaths ?? []);
    const blocks = sharedBlocks(above.trials, below.trials);
    for (const path of [...above.paths.union(below.paths)].toSorted()) {
      const varying = [above, below].filter((arm) => !arm.isOne(path));
      if (varying.length > 0) {
        if (isAlikeInBlocks(path, blocks)) continue;
        if (!isByHost(path, above, below)) {
          found.varying.push(
            ...varying.map((arm) => ({ path, arm: arm.name, values: countedValues(arm.trials, path) })),
          );
          continue;
        }
      }
      if (explained(path)) continue;
      const moved = blocks
        .map(([ours, theirs]) => [valueOf(ours[0]!, path), valueOf(theirs[0]!, path)] as const)
        .find((values) => !isOne(path, values));
      if (moved !== undefined) found.moved.push({ path, control: moved[1], treatment: moved[0] });
    }
    return found;
  });
}

/** Trials of one experiment that report their configuration. */
interface Arm {
  name: string;
  trials: readonly Trial[];
  paths: ReadonlySet<string>;
  isOne: (path: string) => boolean;
}

function armFrom(name: string, trials: readonly Trial[]): Arm {
  const paths = new Set(trials.flatMap(({ resolvedConfiguration }) => Object.keys(resolvedConfiguration ?? {})));
  return {
    name,
    trials,
    paths: new Set([...paths].filter((path) => !isVolatile(path))),
    isOne: onceEach((path) => isOne(path, valuesOf(trials, path))),
  };
}

function reporting(trials: readonly Trial[]): Trial[] {
  return trials.filter(({ resolvedConfiguration }) => resolvedConfiguration !== null);
}

function valuesOf(trials: readonly Trial[], path: string): Json[] {
  return trials.map((trial) => valueOf(trial, path));
}

function valueOf({ resolvedConfiguration }: Trial, path: string): Json {
  return resolvedConfiguration?.[path] ?? null;
}

/** True of values that are all the same, but for what is drawn or measured at a start. */
function isOne(path: string, values: readonly Json[]): boolean {
  const [first = null, ...others] = values;
  if (isMeasured(path) && values.every((value) => typeof value === "number")) {
    const numbers = values.filter((value) => typeof value === "number");
    return Math.max(...numbers) <= Math.min(...numbers) * (1 + measuredTolerance);
  }
  return others.every((value) => sameJson(value, first) || sameJson(withoutDrawn(value), withoutDrawn(first)));
}

type Blocks = ReturnType<typeof sharedBlocks>;

/** True where both arms had the same value in each block, as where the machine of a block moved it: blocks absorb that. */
function isAlikeInBlocks(path: string, blocks: Blocks): boolean {
  return blocks.every(([above, below]) => isOne(path, valuesOf([...above, ...below], path)));
}

/**
 * True where the hosts account for what differs among the launches of an arm: on each host all launches of the arm have one value.
 * A value that varies in one arm alone may have another cause, but for one that the engine measures on its machine.
 */
function isByHost(path: string, above: Arm, below: Arm): boolean {
  const arms = [above, below];
  if (!isMeasured(path) && arms.some((arm) => arm.isOne(path))) return false;
  return arms.every(({ trials }) =>
    [...Map.groupBy(trials, placeOf).values()].every((own) => isOne(path, valuesOf(own, path))),
  );
}

function countedValues(trials: readonly Trial[], path: string): string {
  const counted = Map.groupBy(valuesOf(trials, path), canonicalJson);
  return [...counted].map(([value, own]) => `${value} in ${own.length}`).join(", ");
}

/** A knob explains its own path and what lies below it, and any path that ends in its name; another engine explains all, since it has a configuration of its own. */
function explainedBy({ changed }: Contrast, knobPaths: readonly KnobPath[]): (path: string) => boolean {
  if (Object.hasOwn(changed, "sut.engine")) return () => true;
  const knobs = Object.keys(changed).map((knob) => nameInScope(knob, "sut") ?? knob);
  const paths = knobPaths.filter(({ knob }) => knobs.includes(knob)).map(({ path }) => path);
  return (path) =>
    paths.some((own) => path === own || path.startsWith(`${own}.`)) ||
    knobs.some((knob) => path === knob || path.endsWith(`.${knob}`));
}
