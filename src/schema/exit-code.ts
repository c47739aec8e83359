import type { Status } from "./trial.ts";

/** What other programs read: docs/exit-codes.md is made from it. */
export const exitCodes = {
  done: 0,
  internalError: 1,
  misconfigured: 2,
  failedTrial: 3,
  invalidTrial: 4,
  gateNotMet: 5,
  interrupted: 130,
} as const;

/** What each says to the person who reads it. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: "Done, and everything measured is usable at the fidelity that was asked for.",
  internalError:
    "An internal error of Ceteris: please report it. `verify` and `sign` also end with it where a file is not what its manifest says, or a signature does not hold.",
  misconfigured:
    "Misconfigured: matrix, flags, dataset, engine file, a server that is not there, or a machine that cannot do what is asked (`doctor`). The message says what to change.",
  failedTrial: "At least one trial FAILED: engine or client ended before there was a result.",
  invalidTrial: "No trial failed, and at least one is INVALID: a check found that its result cannot be used.",
  gateNotMet:
    "A gate that was asked for on the command line was not met (`compare --fail-on`; `verify --key`, where not all of the study is signed by that key).",
  interrupted: "Interrupted by SIGINT, SIGTERM or SIGQUIT. What was measured is kept, and `run` goes on from there.",
};

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

/** 3 where a trial FAILED, 4 where one is INVALID and none failed. */
export function exitCodeOf(counts: TrialCounts): number {
  if (counts.failed > 0) return exitCodes.failedTrial;
  return counts.invalid > 0 ? exitCodes.invalidTrial : exitCodes.done;
}
