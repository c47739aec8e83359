import type { RequestCounts } from "../../report/index.ts";
import type { Observation } from "../../schema/observation.ts";

/** How the requests of the measured phase ended. */
export function requestCounts(observation: Observation | null): RequestCounts {
  const counts = { sent: 0, finished: 0, failed: 0, resent: 0 };
  const errors = new Map<string, number>();
  for (const { phase, error, cancelled, resent } of observation?.requests ?? []) {
    if (phase !== "measure") continue;
    counts.sent += 1;
    if (resent > 0) counts.resent += 1;
    if (cancelled) continue;
    counts[error === null ? "finished" : "failed"] += 1;
    if (error !== null) errors.set(error, (errors.get(error) ?? 0) + 1);
  }
  const byCount = Array.from(errors, ([error, requests]) => ({ error, requests })).toSorted(
    (a, b) => b.requests - a.requests,
  );
  return { ...counts, errors: byCount };
}
