import { judgedLatencies, latencyNs, limitMs } from "../checks/index.ts";
import type { TailBudget } from "../client/index.ts";
import { mostOverLimit } from "../math/loadgen/early-stopping.ts";
import { NS_PER_MS } from "../math/units.ts";
import { missesSlo } from "../metrics/index.ts";
import type { Peak } from "../schema/study.ts";
import type { RequestRecord } from "../schema/observation.ts";
import type { Workload } from "../schema/workload.ts";

/**
 * When a probe can be given up: once more of its requests have missed a limit than may where the rate is to hold. By the
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
  const { percentile, earlyStoppingConfidence } = ruleset;
  if (percentile === null) return [];
  return judgedLatencies.flatMap((judged) => {
    const limit = limitMs(ruleset, judged);
    if (limit === null) return [];
    return [
      {
        allowed: (requests: number) => mostOverLimit(requests, percentile, earlyStoppingConfidence),
        // A latency that is unknown is not held against a rate: the checks say so of the trial.
        missed: (record: RequestRecord) =>
          !record.cancelled && (latencyNs(ruleset, record, judged) ?? 0) > limit * NS_PER_MS,
      },
    ];
  });
}
