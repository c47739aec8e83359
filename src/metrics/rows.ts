import { minimumSampleFor, quantileLinear, sortedCopy } from "../math/quantile.ts";
import { sampleIntervals } from "../math/sample-intervals.ts";
import type { SampleFigure } from "../math/series-worth.ts";
import { mean, sum } from "../math/statistics.ts";
import type { Measurement, MetricDefinition, Statistic } from "../schema/measurement.ts";
import { valuesOf } from "../schema/observation.ts";
import type { RequestRecord, RequestSource } from "../schema/observation.ts";
import { pooledQuantiles, summarize, type Pool } from "../math/pooled.ts";
import { countText } from "../math/figures.ts";

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

/** What is said of the values: `note` of every one that is there; `none` is why there are none. */
interface Words {
  none: string;
  note?: string | null;
}

/**
 * One row for each statistic that the metric declares. Percentiles are linear between neighbours; one that the sample
 * gives no two-sided 95 % interval is null with the number that it needs.
 */
export function distributionRows(definition: MetricDefinition, sample: Iterable<number>, words: Words): Measurement[] {
  const sorted = sortedCopy(sample);
  return rowsOf(definition, words, {
    n: sorted.length,
    sum: () => sum(sorted),
    mean: () => mean(sorted),
    min: () => sorted.at(0) ?? null,
    max: () => sorted.at(-1) ?? null,
    quantile: (p) => quantileLinear(sorted, p),
  });
}

/**
 * The same of values in the order in which their requests were sent, with the 95 % interval of the mean and of each
 * percentile that has a value. An extreme has none. Where the values depend on their neighbours too much for one, `why` begins
 * with "too few independent samples".
 */
export function seriesRows(definition: MetricDefinition, series: readonly number[], words: Words): Measurement[] {
  const rows = distributionRows(definition, series, words);
  const figures = new Map<string, SampleFigure>();
  for (const { stat, value } of rows) {
    const figure = stat === "mean" ? stat : percentiles[stat as Statistic];
    if (figure !== undefined && value !== null) figures.set(stat, figure);
  }
  const found = sampleIntervals(Float64Array.from(series), [...figures.values()]);
  const intervals = new Map([...figures.keys()].map((stat, at) => [stat, found[at] ?? null]));
  return rows.map((row) => {
    const interval = intervals.get(row.stat) ?? null;
    if (interval === null || "lower" in interval) return { ...row, interval };
    const tooFew = `too few independent samples for an interval: ${interval.tooFew}`;
    return { ...row, interval: null, why: row.why === null ? tooFew : `${row.why}; ${tooFew}` };
  });
}

/** As `distributionRows`, of values that are too many to be held. Every figure is exact here, too; the sum is added block by block. */
export function pooledRows(definition: MetricDefinition, pool: Pool, words: Words): Measurement[] {
  const summary = summarize(pool);
  const { n } = summary;
  const wanted = definition.stats.flatMap((stat) => {
    const p = percentiles[stat];
    return p === undefined || n < minimumSampleFor(p) ? [] : [p];
  });
  const quantiles = pooledQuantiles(pool, summary, wanted);
  return rowsOf(definition, words, {
    n,
    sum: () => summary.sum,
    mean: () => summary.sum / n,
    min: () => summary.min,
    max: () => summary.max,
    quantile: (p) => quantiles.get(p) ?? null,
  });
}

type PlainStatistic = "sum" | "mean" | "min" | "max";

interface Sample extends Record<PlainStatistic, () => number | null> {
  n: number;
  quantile(p: number): number | null;
}

function rowsOf(definition: MetricDefinition, words: Words, sample: Sample): Measurement[] {
  const { n } = sample;
  return definition.stats.map((stat) => {
    const p = percentiles[stat];
    const row = { metric: definition.id, stat, unit: definition.unit, n, source: "client" as const };
    const rule = p === undefined ? "exact" : "linear";
    if (n === 0) return { ...row, rule, value: null, why: words.none };
    const needed = p === undefined ? 0 : minimumSampleFor(p);
    if (n < needed) {
      const why = `${countText(n, "value")} ${n === 1 ? "gives" : "give"} ${stat} no two-sided 95 % interval: it needs ${needed}`;
      return { ...row, rule, value: null, why };
    }
    const value = p === undefined ? sample[stat as PlainStatistic]() : sample.quantile(p);
    return { ...row, rule, value, why: words.note ?? null };
  });
}

/** The one row of a metric that is a single figure. */
export function valueRow(
  definition: MetricDefinition,
  figure: { value: number | null; why: string | null; n: number; rule: string },
): Measurement {
  return { metric: definition.id, stat: "value", unit: definition.unit, source: "client", ...figure };
}

/** Rows of what the server counts for each request. Where it left requests out, every row says so and is null: a part would pass for the whole. */
export function countedRows(
  definition: MetricDefinition,
  requests: RequestSource,
  count: (request: RequestRecord) => number | null,
): Measurement[] {
  const known = valuesOf(requests, count);
  const silent = requests.length - known.length;
  const none =
    requests.length === 0
      ? "no request finished"
      : `the server gave no token count for ${silent} of ${countText(requests.length, "request")}`;
  return distributionRows(definition, silent > 0 ? [] : known, { none });
}
