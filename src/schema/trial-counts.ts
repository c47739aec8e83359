import { exitCodes } from "./exit-code.ts";
import type { Status } from "./verdict.ts";

export type TrialCounts = Record<Lowercase<Status>, number>;

export function noTrials(): TrialCounts {
  return { valid: 0, screened: 0, invalid: 0, failed: 0, skipped: 0 };
}

export function count(counts: TrialCounts, status: Status): void {
  counts[status.toLowerCase() as Lowercase<Status>] += 1;
}

/** How many trials ended in each way. */
export function countsOf(statuses: Iterable<Status>): TrialCounts {
  const counts = noTrials();
  for (const status of statuses) count(counts, status);
  return counts;
}

/** DESIGN §9: 3 where a trial FAILED, 4 where one is INVALID and none failed. */
export function exitCodeOf(counts: TrialCounts): number {
  if (counts.failed > 0) return exitCodes.failedTrial;
  return counts.invalid > 0 ? exitCodes.invalidTrial : exitCodes.done;
}
