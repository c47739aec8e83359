import { armVariances, type FittedModel } from "../math/arm-variances.ts";
import { fitBlockModel, type ArmContrast, type BlockObservation } from "../math/block-model.ts";
import { mean } from "../math/statistics.ts";
import type { Drift } from "../schema/effect.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import type { Statistic } from "../schema/measurement.ts";
import { driftOf, type PlacedObservation } from "./drift.ts";
import { blocksOfOneHost } from "./hosts.ts";
import { pooledValues, type Pool, type PooledValues } from "./pool.ts";
import type { PoolOf } from "./pools.ts";
import { armsOf, type Cell } from "./study.ts";

/** One metric in one cell: its values, and the model of arms and blocks on their logarithms. */
export interface CellModel extends FittedModel {
  baseline: string;
  arms: Map<string, Arm>;
  drift: Drift | null;
  /** In order, the blocks between which `drift` looks: those of the host that ran the most. */
  blocksOfOneHost: number[];
}

export interface Arm extends PooledValues {
  index: number;
  pool: Pool;
  /** False where a value is not positive: it has no logarithm, and the arm is in no model. */
  positive: boolean;
}

/** Fits the values themselves of two arms, since a zero has no logarithm. */
export function fitRaw(treatment: Arm, control: Arm): FittedModel {
  const blocks = new Map<number, number>();
  return fitted(
    [treatment, control].flatMap(({ launches, index }) =>
      launches.map(({ value, block }) => {
        return { arm: index, block: blocks.getOrInsert(block, blocks.size), value };
      }),
    ),
  );
}

function fitted(observations: readonly BlockObservation[]): FittedModel {
  const model = fitBlockModel(observations);
  return { model, variances: armVariances(observations, model) };
}

interface KnownFit {
  figure: string;
  names: readonly string[];
  pools: readonly Pool[];
  fit: CellModel;
}

/** Several parts of an analysis ask for one fit: it is kept while the pool of the cell's baseline is. */
const knownFits = new WeakMap<Pool, KnownFit[]>();

/**
 * Fits ln(value) = arm + block + error to all launches of a cell. Blocks are always in, and both of a block's baselines are
 * replicates of that arm.
 */
export function fitCell(cell: Cell, poolOf: PoolOf, { metric, stat, purpose }: ComparedMetric): CellModel {
  const names = armsOf(cell);
  const pools = names.map((name) => poolOf(name, purpose));
  const figure = `${metric} ${stat}`;
  const kept = knownFits.get(pools[0]!) ?? [];
  const isSame = (known: KnownFit): boolean =>
    known.figure === figure && isSameList(known.names, names) && isSameList(known.pools, pools);
  const known = kept.find(isSame);
  if (known !== undefined) return known.fit;
  const fit = fitPools(cell.baseline, names, pools, metric, stat);
  // The pool of an experiment without trials is that of all such experiments.
  if (pools[0]!.trials.length > 0) knownFits.set(pools[0]!, [...kept, { figure, names, pools, fit }]);
  return fit;
}

function isSameList<Item>(left: readonly Item[], right: readonly Item[]): boolean {
  return left.length === right.length && left.every((item, at) => item === right[at]);
}

function fitPools(
  baseline: string,
  names: readonly string[],
  pools: readonly Pool[],
  metric: string,
  stat: Statistic,
): CellModel {
  const arms = new Map<string, Arm>();
  const observations: PlacedObservation[] = [];
  const blocks = new Map<number, number>();
  for (const [at, name] of names.entries()) {
    const pool = pools[at]!;
    const values = pooledValues(pool, metric, stat);
    const arm = { ...values, index: arms.size, pool, positive: values.values.every((value) => value > 0) };
    arms.set(name, arm);
    if (!arm.positive) continue;
    for (const { value, block, position } of arm.launches) {
      const own = { arm: arm.index, block: blocks.getOrInsert(block, blocks.size) };
      observations.push({ ...own, value: Math.log(value), position });
    }
  }
  const found = fitted(observations);
  const onOneHost = blocksOfOneHost(pools.flatMap(({ trials }) => trials)).filter((block) => blocks.has(block));
  const inOrder = onOneHost.map((block) => blocks.get(block)!);
  const drift = driftOf(observations, found.model, arms.get(baseline)!.index, inOrder);
  return { baseline, arms, ...found, drift, blocksOfOneHost: onOneHost };
}

/** Treatment less control. */
export function contrastOf(treatment: Arm, control: Arm): ArmContrast {
  return new Map([
    [treatment.index, 1],
    [control.index, -1],
  ]);
}

/** A block that holds both arms, and what lies between their means there. */
export interface BlockDifference {
  block: number;
  difference: number;
}

/** Difference of mean logarithms, or of mean values, in each block that holds both arms. */
export function blockDifferences(treatment: Arm, control: Arm, scale: "log" | "raw"): BlockDifference[] {
  const [above, below] = [treatment, control].map(({ launches }) => Map.groupBy(launches, ({ block }) => block));
  const meanOf = (launches: Arm["launches"]): number =>
    mean(launches.map(({ value }) => (scale === "log" ? Math.log(value) : value)))!;
  return [...above!].flatMap(([block, own]) => {
    const others = below!.get(block);
    return others === undefined ? [] : [{ block, difference: meanOf(own) - meanOf(others) }];
  });
}
