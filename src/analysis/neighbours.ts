import { fitBlockModel } from "../math/block-model.ts";
import { contrastRatio } from "../math/contrast-ratio.ts";
import { mean } from "../math/statistics.ts";
import type { NeighbourComparison } from "../schema/host-standing.ts";
import type { Statistic } from "../schema/measurement.ts";
import { trialsOf, isUsable, type Trial } from "../schema/trial.ts";
import { wholeBlock } from "./block-parts.ts";
import { hostsOfBlocks } from "./hosts.ts";
import { pooledValues, wholePool } from "./pool.ts";
import { poolsOf } from "./pools.ts";
import { primaryMetricOf } from "./primary-metric.ts";
import { armsOf, cellsOf, type ComparedStudy, experimentsByName, isAskedAbout } from "./study.ts";

/** Which trials had neighbours, a comparison a cell in which one had; empty where every trial had its host for itself. */
export function neighboursCompared(study: ComparedStudy, trials: readonly Trial[]): NeighbourComparison[] {
  if (!trials.some(hasNeighbours)) return [];
  const pools = poolsOf(study, trials);
  const experiments = experimentsByName(study);
  return cellsOf(study.contrasts).flatMap((cell): NeighbourComparison[] => {
    const { metric, stat } = primaryMetricOf(study, cell, trials);
    const own = armsOf(cell).map((experiment) => ({
      experiment,
      all: trialsOf(trials, experiments.get(experiment)?.id).filter(isAskedAbout(study)),
    }));
    const arms = own.flatMap(({ experiment, all }) => {
      const beside = all.filter(hasNeighbours);
      if (beside.length === 0) return [];
      const alone = all.filter((trial) => !hasNeighbours(trial));
      const blocks = [...new Set(beside.map(wholeBlock))].toSorted((left, right) => left - right);
      const most = Math.max(...beside.map(({ neighbours = 0 }) => neighbours));
      return [{ experiment, beside: counted(beside), alone: counted(alone), blocks, most }];
    });
    if (arms.length === 0) return [];
    const pooled = own.map(({ experiment }) => pools(experiment, "performance").trials);
    const hostOf = hostsOfBlocks(pooled.flat());
    return [{ baseline: cell.baseline, metric, stat, arms, ...biasOf(pooled[0]!, metric, stat, hostOf) }];
  });
}

function counted(trials: readonly Trial[]): { trials: number; usable: number } {
  return { trials: trials.length, usable: trials.filter(isUsable).length };
}

function hasNeighbours({ neighbours = 0 }: Trial): boolean {
  return neighbours > 0;
}

/** ln(mean of a block) = beside or alone + host + error. */
function biasOf(
  baseline: readonly Trial[],
  metric: string,
  stat: Statistic,
  hostOf: ReadonlyMap<number, string>,
): Pick<NeighbourComparison, "blocks" | "ratio" | "interval"> {
  const hosts = [...new Set(hostOf.values())];
  const [beside, alone] = [true, false].map((wanted) => {
    const pool = wholePool(baseline.filter((trial) => hasNeighbours(trial) === wanted));
    const { launches } = pooledValues(pool, metric, stat);
    return [...Map.groupBy(launches, ({ block }) => block)].flatMap(([block, own]) =>
      own.some(({ value }) => value <= 0)
        ? []
        : [{ block: hosts.indexOf(hostOf.get(block) ?? ""), value: mean(own.map(({ value }) => Math.log(value)))! }],
    );
  }) as [{ block: number; value: number }[], { block: number; value: number }[]];
  const blocks = { beside: beside.length, alone: alone.length };
  // A host that is not known is one of its own.
  const model = fitBlockModel(
    [beside, alone].flatMap((way, arm) => way.map(({ block, value }) => ({ arm, value, block: block + 1 }))),
  );
  const besideLessAlone = new Map([
    [0, 1],
    [1, -1],
  ]);
  const bias = contrastRatio(model, besideLessAlone);
  return { blocks, ratio: bias?.ratio ?? null, interval: bias?.interval ?? null };
}
