import type { TailBudget } from "../client/index.ts";
import { mostOverLimit } from "../math/loadgen/early-stopping.ts";
import { missesSlo } from "../metrics/index.ts";
import type { Peak } from "../schema/study.ts";
import type { RequestRecord } from "../schema/observation.ts";
import type { Workload } from "../schema/workload.ts";

const NS_PER_MS = 1e6;

/**
 * When a probe can be given up: of so many requests, more have missed a limit than may where the rate is to hold. By the
 * workload's SLO, the share of the search; by a ruleset, LoadGen's own count for each limit (early stopping), which the
 * length of the schedule gives in advance.
 */
export function tailBudgets(workload: Workload, peak: Pick<Peak, "share">): TailBudget[] {
  const { ruleset } = workload;
  const ofSlo = {
    allowed: (requests: number) => Math.floor(requests * (1 - peak.share) + 1e-9),
    missed: (record: RequestRecord) => missesSlo(record, workload),
  };
  if (ruleset === null) return [ofSlo];
  const { percentile, earlyStoppingConfidence, limits } = ruleset;
  if (percentile === null) return [];
  const allowed = (requests: number): number | null => mostOverLimit(requests, percentile, earlyStoppingConfidence);
  const over = (limitMs: number | null, takenNs: (record: RequestRecord) => number | null): TailBudget[] =>
    limitMs === null
      ? []
      : [
          {
            allowed,
            missed(record) {
              if (record.cancelled) return false;
              const taken = takenNs(record);
              return record.error !== null || taken === null || taken > limitMs * NS_PER_MS;
            },
          },
        ];
  return [
    ...over(limits.ttftMs, ({ firstTokenNs, scheduledNs, sentNs }) =>
      firstTokenNs === null ? null : firstTokenNs - (scheduledNs ?? sentNs),
    ),
    ...over(limits.tpotMs, ({ firstTokenNs, lastTokenNs, outputTokens }) =>
      firstTokenNs === null || lastTokenNs === null
        ? null
        : (lastTokenNs - firstTokenNs) / Math.max(1, (outputTokens ?? 2) - 1),
    ),
    ...over(limits.latencyMs, ({ lastTokenNs, scheduledNs, sentNs }) =>
      lastTokenNs === null ? null : lastTokenNs - (scheduledNs ?? sentNs),
    ),
  ];
}
