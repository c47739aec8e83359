import type { Statistic } from "./measurement.ts";
import type { Trial } from "./trial.ts";

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
