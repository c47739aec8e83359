import type { RequestCounts } from "../../report/index.ts";
import type { Observation } from "../../schema/observation.ts";

/** How the requests of the measured phase ended. */
export function requestCounts(observation: Observation | null): RequestCounts {
  const counts = { sent: 0, finished: 0, failed: 0, resent: 0 };
  for (const { phase, error, cancelled, resent } of observation?.requests ?? []) {
    if (phase !== "measure") continue;
    counts.sent += 1;
    if (resent > 0) counts.resent += 1;
    if (!cancelled) counts[error === null ? "finished" : "failed"] += 1;
  }
  return counts;
}
