import { minimumSampleFor, quantileLinear, sortedCopy } from "../math/quantile.ts";
import { mean, sum } from "../math/statistics.ts";
import type { Measurement, MetricDefinition, Statistic } from "../schema/measurement.ts";

/** What a distribution is told by. */
export const distributionStats = [
  "mean",
  "p50",
  "p90",
  "p95",
  "p99",
  "p99.9",
  "min",
  "max",
] as const satisfies Statistic[];

const percentiles: Partial<Record<Statistic, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, "p99.9": 0.999 };

/**
 * One row for each statistic that the metric declares. Percentiles are linear between neighbours; one that the sample
 * gives no two-sided 95 % interval is null with the number that it needs. `note` is said of every value that is there;
 * `none` is why the sample is empty.
 */
export function distributionRows(
  definition: MetricDefinition,
  sample: Iterable<number>,
  words: { none: string; note?: string | null },
): Measurement[] {
  const sorted = sortedCopy(sample);
  const n = sorted.length;
  return definition.stats.map((stat) => {
    const p = percentiles[stat];
    const row = { metric: definition.id, stat, unit: definition.unit, n, source: "client" as const };
    const rule = p === undefined ? "exact" : "linear";
    if (n === 0) return { ...row, rule, value: null, why: words.none };
    const needed = p === undefined ? 0 : minimumSampleFor(p);
    if (n < needed) {
      const why = `${n} values give ${stat} no two-sided 95 % interval: it needs ${needed}`;
      return { ...row, rule, value: null, why };
    }
    const value = p === undefined ? plainStatistic(stat, sorted) : quantileLinear(sorted, p);
    return { ...row, rule, value, why: words.note ?? null };
  });
}

function plainStatistic(stat: Statistic, sorted: Float64Array): number | null {
  switch (stat) {
    case "mean":
      return mean(sorted);
    case "min":
      return sorted.at(0) ?? null;
    case "max":
      return sorted.at(-1) ?? null;
    case "sum":
      return sum(sorted);
    default:
      throw new Error(`${stat} is no statistic of a distribution`);
  }
}

/** The one row of a metric that is a single figure. */
export function valueRow(
  definition: MetricDefinition,
  figure: { value: number | null; why: string | null; n: number; rule: string },
): Measurement {
  return { metric: definition.id, stat: "value", unit: definition.unit, source: "client", ...figure };
}

/** Rows of what the server counts for each request. Where it left requests out, every row says so and is null: a part would pass for the whole. */
export function countedRows(definition: MetricDefinition, counts: readonly (number | null)[]): Measurement[] {
  const known = counts.filter((count) => count !== null);
  const silent = counts.length - known.length;
  const none =
    counts.length === 0
      ? "no request finished"
      : `the server gave no token count for ${silent} of ${counts.length} requests`;
  return distributionRows(definition, silent > 0 ? [] : known, { none });
}
