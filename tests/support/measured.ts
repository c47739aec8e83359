import { existsSync, rmSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { startCli, storedTrials, type CliAnswer, type RunningCli, type StoredTrial } from "./cli.ts";

/**
 * Checks that a trial breaks where the machine gives the client's cores to other programs, and by no defect: the client is
 * late, also after the engine's own figures, or sends too late to keep up what was asked for.
 */
const ofTheMachine = new Set([
  "client-bound",
  "client-paused",
  "engine-agrees",
  "held-concurrency",
  "queue-never-empty",
  "schedule-kept",
]);

type Judged = Pick<StoredTrial["trial"], "verdict">;

/** True of a trial that was measured: it is usable, or the machine alone spoilt it. */
export function wasMeasured({ verdict: { status, checks } }: Judged): boolean {
  if (status === "SCREENED" || status === "VALID") return true;
  const failed = checks.filter((check) => check.status === "fail");
  return status === "INVALID" && failed.length > 0 && failed.every(({ id }) => ofTheMachine.has(id));
}

/** Exit codes of a run that measured: 4 where a busy machine kept the client from its core. */
export const measuredCodes = [0, 4];

/**
 * For tests whose subject is not the verdict: every trial was measured, and the exit code is what their verdicts say, 0 or
 * (on a busy machine) 4.
 */
export function expectMeasured(answer: Pick<CliAnswer, "code" | "stderr">, trials: readonly { trial: Judged }[]): void {
  const others = trials.filter(({ trial }) => !wasMeasured(trial)).map(({ trial }) => trial.verdict.reason);
  expect([others, answer.stderr]).toEqual([[], expect.not.stringContaining("internal error")]);
  const invalid = trials.some(({ trial }) => trial.verdict.status === "INVALID");
  expect([answer.code, answer.stderr]).toEqual([invalid ? 4 : 0, answer.stderr]);
}

/** Tries of a study whose verdicts are a test's subject. */
const tries = 3;

/** Above every program that asks for nothing, and below what belongs to the system. */
const preferred = -10;

/** A program that goes, with its engines, before what else runs on the machine, where that is allowed. */
export function startUndisturbed(args: string[], folder: string): RunningCli {
  const running = startCli(args, folder);
  try {
    setPriority(running.child.pid!, preferred);
    // Where the kernel shares cores out by sessions, each has its own.
    writeFileSync(`/proc/${running.child.pid}/autogroup`, String(preferred));
  } catch {
    // This user may not ask for it, or this kernel has no groups.
  }
  return running;
}

/**
 * For tests whose subject is the verdict: they hold the conditions themselves. The program goes before what else runs, and
 * a study that the machine spoilt nevertheless is run anew.
 */
export async function runUndisturbed(args: string[], folder: string, study: string): Promise<CliAnswer> {
  for (let tried = 1; ; tried += 1) {
    const answer = await startUndisturbed(args, folder).ended;
    const results = join(folder, "results", study);
    const trials = existsSync(results) ? storedTrials(folder, study) : [];
    const spoilt = trials.some(({ trial }) => trial.verdict.status === "INVALID" && wasMeasured(trial));
    if (!spoilt || tried === tries) return answer;
    rmSync(results, { recursive: true });
  }
}
