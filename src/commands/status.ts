import { join } from "node:path";
import { statusText, type StudyStatus } from "../report/index.ts";
import { readLedger, readLockHolder, readStudyRecord } from "../store/index.ts";
import { count, noTrials } from "../schema/trial-counts.ts";
import { lastAttempts } from "../schema/attempts.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { resultsFolderOf, studiesNamed, type ResultsOptions } from "./results-folder.ts";

export interface StatusOptions extends ResultsOptions {
  study?: string;
  json: boolean;
}

/** `ceteris status [STUDY]`: from the folders alone, so also while a run goes on. */
export async function statusCommand(world: World, options: StatusOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const studies = await studiesNamed(world, resultsFolder, options.study);
  if (!studies.ok) return explainFault(world, studies.problem);
  const found: StudyStatus[] = [];
  for (const study of studies.value) {
    const status = await statusOf(world, resultsFolder, study);
    if (status) found.push(status);
  }
  if (options.json) world.streams.out(`${JSON.stringify(found, null, 1)}\n`);
  else if (studies.value.length === 0)
    world.streams.err(`ceteris: no study in ${resultsFolder}\n  Run one first: ceteris run MATRIX\n`);
  else if (found.length > 0) world.streams.out(statusText(found));
  return found.length < studies.value.length ? exitCodes.misconfigured : exitCodes.done;
}

async function statusOf(world: World, resultsFolder: string, study: string): Promise<StudyStatus | null> {
  const read = await readStudyRecord(world, resultsFolder, study);
  if (!read.ok) {
    explainFault(world, read.problem);
    return null;
  }
  const record = read.value;
  const { ledger, leftOut } = await readLedger(world, join(resultsFolder, study));
  explainLeftOut(world, leftOut);
  const trials = noTrials();
  const planned = new Set(record.plannedTrials.map(({ trialId }) => withoutAttempt(trialId)));
  const own = ledger.trials.filter(({ trialId }) => planned.has(withoutAttempt(trialId)));
  const done = lastAttempts(own, (entry) => entry);
  for (const { status } of done) count(trials, status);
  const running = (await readLockHolder(world, join(resultsFolder, study))) !== null;
  const unreadable = leftOut.map(({ path }) => path);
  return { study, planned: planned.size, done: done.length, trials, running, origin: record.origin, unreadable };
}

function withoutAttempt(trialId: string): string {
  return trialId.replace(/-a\d+$/, "");
}
