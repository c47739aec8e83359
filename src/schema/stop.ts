import type { Statistic } from "./measurement.ts";
import type { Trial } from "./trial.ts";

/** A limit that ends a curve, by its name in the matrix: `ttft_p99_ms`. */
export interface StopLimit extends TrialLimit {
  name: string;
}

/** Latencies in ms, as docs/metrics.md defines them, and the statistics by which they can end a curve. */
const latencies = ["ttft", "ttft_sched", "tpot", "itl", "e2e", "e2e_sched", "send_lag", "held_back"] as const;
const latencyStats = ["mean", "p50", "p90", "p95", "p99", "p99.9", "max"] as const satisfies readonly Statistic[];

/** Every figure that can end a curve, by its name: `METRIC_STAT_UNIT`. */
export const stopFigures: ReadonlyMap<string, Omit<TrialLimit, "above">> = new Map([
  ...latencies.flatMap((metric) =>
    latencyStats.map((stat): [string, Omit<TrialLimit, "above">] => [
      `${metric}_${stat}_ms`,
      { metric, stat, of: "value" },
    ]),
  ),
  ["failed_share", { metric: "requests_failed", stat: "value", of: "share" }],
]);

/** The limits of a stop rule as it is written. */
export function stopLimitsOf(file: { [name: string]: unknown } | null | undefined): StopLimit[] {
  return Object.entries(file ?? {}).flatMap(([name, above]) => {
    const figure = stopFigures.get(name);
    return figure === undefined || typeof above !== "number" ? [] : [{ name, ...figure, above }];
  });
}

/** A figure that a trial may have at most. */
export interface TrialLimit {
  metric: string;
  stat: Statistic;
  /** `share`: the value ÷ the requests that it counts. */
  of: "value" | "share";
  above: number;
}

/** The first limit that a trial exceeds, with its figure; null where it keeps all. A figure that is missing exceeds nothing. */
export function exceededLimit<Limit extends TrialLimit>(
  limits: readonly Limit[],
  { measurements }: Pick<Trial, "measurements">,
): { limit: Limit; value: number } | null {
  for (const limit of limits) {
    const found = measurements.find(({ metric, stat }) => metric === limit.metric && stat === limit.stat);
    if (found?.value === undefined || found.value === null) continue;
    const value = limit.of === "share" ? found.value / found.n : found.value;
    if (value > limit.above) return { limit, value };
  }
  return null;
}
