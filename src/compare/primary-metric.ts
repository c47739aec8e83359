import type { Statistic } from "../schema/measurement.ts";
import type { ComparedMetric } from "./headline-metrics.ts";
import { pooledValues, type Pool } from "./pool.ts";

/** A figure that can decide about a change. */
export interface PrimaryMetric extends ComparedMetric {
  /** As sentences call it. */
  title: string;
  better: "higher" | "lower";
  /** A figure that only workloads have for which this one decides; the metric itself where it is not said. */
  needs?: { metric: string; stat: Statistic };
}

/**
 * What decides, the first that both sides have: goodput where the workload has limits to meet; the whole request's latency in
 * an open loop, whose throughput is the rate that was asked for; else throughput.
 */
export const primaryMetrics: readonly PrimaryMetric[] = [
  { metric: "goodput", stat: "value", purpose: "performance", title: "goodput", better: "higher" },
  {
    metric: "e2e_sched",
    stat: "p50",
    purpose: "performance",
    title: "median latency",
    better: "lower",
    needs: { metric: "requested_rate", stat: "value" },
  },
  { metric: "output_throughput", stat: "value", purpose: "performance", title: "throughput", better: "higher" },
];

function has(pool: Pool, { metric, stat }: { metric: string; stat: Statistic }): boolean {
  return pooledValues(pool, metric, stat).values.some((value) => value > 0);
}

/** Null where the sides have none of them in common. */
export function primaryMetricOf(treatment: Pool, control: Pool): PrimaryMetric | null {
  const found = primaryMetrics.find((one) =>
    [treatment, control].every((pool) => has(pool, one) && (one.needs === undefined || has(pool, one.needs))),
  );
  return found ?? null;
}
