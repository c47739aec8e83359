import { fitBlockModel, type ArmContrast, type BlockModel, type BlockObservation } from "../math/block-model.ts";
import { mean } from "../math/statistics.ts";
import type { Drift } from "../schema/effect.ts";
import type { Statistic } from "../schema/measurement.ts";
import { geometricMean, pooledValues, type Pool, type PooledValues } from "./pool.ts";
import type { Cell } from "./study.ts";

/** One metric in one cell: its values, and the model of arms and blocks on their logarithms. */
export interface CellModel {
  baseline: string;
  arms: Map<string, Arm>;
  model: BlockModel;
  drift: Drift;
}

export interface Arm extends PooledValues {
  index: number;
  pool: Pool;
  /** False where a value is not positive: it has no logarithm, and the arm is in no model. */
  positive: boolean;
}

/** Fits the values of two arms as they are: what a zero leaves of the model. */
export function fitRaw(treatment: Arm, control: Arm): BlockModel {
  const blocks = new Map<number, number>();
  return fitBlockModel(
    [treatment, control].flatMap(({ launches, index }) =>
      launches.map(({ value, block }) => {
        if (!blocks.has(block)) blocks.set(block, blocks.size);
        return { arm: index, block: blocks.get(block)!, value };
      }),
    ),
  );
}

/**
 * Fits ln(value) = arm + block + error to all launches of a cell. Blocks are always in, and both of a block's baselines are
 * replicates of that arm.
 */
export function fitCell(cell: Cell, poolOf: (name: string) => Pool, metric: string, stat: Statistic): CellModel {
  const names = new Set([cell.baseline, ...cell.contrasts.flatMap(({ treatment, control }) => [control, treatment])]);
  const arms = new Map<string, Arm>();
  const observations: BlockObservation[] = [];
  const blocks = new Map<number, number>();
  for (const name of names) {
    const pool = poolOf(name);
    const values = pooledValues(pool, metric, stat);
    const arm = { ...values, index: arms.size, pool, positive: values.values.every((value) => value > 0) };
    arms.set(name, arm);
    if (!arm.positive) continue;
    for (const { value, block } of arm.launches) {
      if (!blocks.has(block)) blocks.set(block, blocks.size);
      observations.push({ arm: arm.index, block: blocks.get(block)!, value: Math.log(value) });
    }
  }
  return {
    baseline: cell.baseline,
    arms,
    model: fitBlockModel(observations),
    drift: driftOf(arms.get(cell.baseline)!),
  };
}

/** Treatment less control. */
export function contrastOf(treatment: Arm, control: Arm): ArmContrast {
  return new Map([
    [treatment.index, 1],
    [control.index, -1],
  ]);
}

/** Difference of mean logarithms, or of mean values, in each block that holds both arms. */
export function blockDifferences(treatment: Arm, control: Arm, scale: "log" | "raw"): number[] {
  const above = byBlock(treatment, scale);
  const below = byBlock(control, scale);
  return [...above].flatMap(([block, logs]) => {
    const others = below.get(block);
    return others === undefined ? [] : [mean(logs)! - mean(others)!];
  });
}

function byBlock({ launches }: Arm, scale: "log" | "raw"): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { block, value } of launches) {
    found.set(block, [...(found.get(block) ?? []), scale === "log" ? Math.log(value) : value]);
  }
  return found;
}

function driftOf({ launches, positive }: Arm): Drift {
  const unknown = { withinBlock: null, acrossBlocks: null, curve: null, withinBlockP: null, singleBlock: null };
  if (!positive) return unknown;
  const ordered = launches.toSorted((left, right) => left.position - right.position);
  const blocks = [...Map.groupBy(ordered, ({ block }) => block).values()];
  const within = blocks.filter((block) => block.length > 1).map((block) => block.at(-1)!.value / block[0]!.value);
  const [first, last] = [blocks[0], blocks.at(-1)].map((block) =>
    geometricMean((block ?? []).map(({ value }) => value)),
  );
  return {
    ...unknown,
    withinBlock: geometricMean(within),
    acrossBlocks: blocks.length < 2 || !first || !last ? null : last / first,
  };
}
