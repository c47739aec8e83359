import { join, relative, resolve } from "node:path";
import { analyse } from "../analysis/index.ts";
import { metricDefinitions } from "../metrics/index.ts";
import { studyRoot } from "../plan/index.ts";
import {
  nextCommand,
  resultsTable,
  statusText,
  studyText,
  watchLines,
  watchText,
  type ExperimentStatus,
  type StudyStatus,
  type ToldTrial,
  type WatchedStudy,
} from "../report/index.ts";
import { blockHolders, readLaunches, readStudyRecord, readTrialsAs } from "../store/index.ts";
import { countsOf, exitCodeOf, exitCodes } from "../schema/exit-code.ts";
import { lastAttempts } from "../schema/trial-spec.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { attachedTo } from "../schema/run-words.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import { terminalEscape } from "../schema/terminal-text.ts";
import type { Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { pagesFolder } from "./report/pages-folder.ts";
import { handedOut } from "./run/handed-out.ts";
import { noStudy, resultsFolderOf, studiesNamed, studyNamed } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { statusFlags } from "./flags.ts";

export type StatusOptions = OptionsOf<typeof statusFlags> & { study?: string };

/** `ceteris status [STUDY]`: from the folders alone, so also while a run goes on. */
export async function statusCommand(world: World, options: StatusOptions, signal: AbortSignal): Promise<number> {
  if (options.watch) return watch(world, options, signal);
  const resultsFolder = resultsFolderOf(world, options);
  const studies = await studiesNamed(world, resultsFolder, options.study);
  if (!studies.ok) return explainFault(world, studies.problem);
  const found: StudyStatus[] = [];
  let one: Seen<ToldTrial> | null = null;
  for (const study of studies.value) {
    const read = await look(world, resultsFolder, study, ({ spec, verdict }) => ({ spec, verdict }), toldMembers);
    if (!read.ok) explainFault(world, read.problem);
    else {
      explainLeftOut(world, read.value.leftOut);
      found.push(read.value.status);
      one = read.value;
    }
  }
  if (options.json) world.streams.out(`${JSON.stringify(found, null, 1)}\n`);
  else if (studies.value.length === 0) explainFault(world, noStudy(resultsFolder).problem);
  else if (one !== null && options.study !== undefined) world.streams.out(studyText(one));
  else if (found.length > 0) world.streams.out(statusText(found));
  return found.length < studies.value.length ? exitCodes.misconfigured : exitCodes.done;
}

interface Seen<Kept extends ToldTrial> extends WatchedStudy {
  record: StudyRecord;
  /** Every attempt. */
  all: Kept[];
  leftOut: LeftOut[];
}

const toldMembers = ["study", "spec", "verdict"] as const;

async function look<Kept extends ToldTrial, Member extends keyof Trial = keyof Trial>(
  world: World,
  resultsFolder: string,
  study: string,
  keep: (trial: Pick<Trial, Member | (typeof toldMembers)[number]>) => Kept,
  members?: readonly (Member | (typeof toldMembers)[number])[],
): Promise<Result<Seen<Kept>>> {
  const read = await readStudyRecord(world, resultsFolder, study);
  if (!read.ok) return read;
  const record = read.value;
  // The leases first: a run that ends between the two looks has all its trials on disk.
  const holders = await blockHolders(world, join(resultsFolder, study));
  const { read: all, ...trialsRead } = await readTrialsAs(world, join(resultsFolder, study), keep, members);
  const launches = await readLaunches(world, join(resultsFolder, study));
  const leftOut = [...trialsRead.leftOut, ...launches.leftOut];
  const planned = new Set(record.plannedTrials.map(({ trialId }) => withoutAttempt(trialId)));
  const own = all.filter(({ spec }) => planned.has(withoutAttempt(spec.trialId)));
  const trials = lastAttempts(own, ({ spec }) => spec);
  const counts = countsOf(trials.map(({ verdict }) => verdict.status));
  const ended = new Set(trials.map(({ spec }) => withoutAttempt(spec.trialId)));
  const unreadable = leftOut.map(({ path }) => path);
  const { workingFolder } = world.machine;
  const place = relative(workingFolder, resultsFolder);
  const sofar = { study, planned: planned.size, done: trials.length, trials: counts };
  const isDone = (id: string): boolean => ended.has(withoutAttempt(id));
  const out = await handedOut(world, join(resultsFolder, study), record, { holders, isDone });
  const running = holders.some(({ isSilent }) => !isSilent) || out.some((one) => one.running + one.waiting > 0);
  const matrix = await matrixFromHere(world, resultsFolder, record.matrix);
  const asked = { ...record, matrix, ...attachedTo(record, launches.read), executor: out.at(-1)?.executor };
  const status = {
    ...sofar,
    running,
    origin: record.origin,
    unreadable,
    experiments: experimentsOf(record, trials),
    handedOut: out,
    next: running ? null : nextCommand(sofar, asked, place === "results" ? [] : ["--results", place]),
  };
  return succeed({ status, trials, pages: pagesFolder(workingFolder, resultsFolder), record, all, leftOut });
}

/** The matrix as a command takes it in the working folder: the record counts from the study's folder, which is not part of it. As recorded where it is not found. */
async function matrixFromHere(world: World, resultsFolder: string, matrix: string): Promise<string> {
  const { workingFolder } = world.machine;
  for (const root of [await studyRoot(world, resultsFolder), workingFolder]) {
    const path = resolve(root, matrix);
    if (await world.files.exists(path)) return relative(workingFolder, path);
  }
  return matrix;
}

/** Each experiment of the record, and one that only the trials name. */
function experimentsOf(record: StudyRecord, trials: readonly ToldTrial[]): ExperimentStatus[] {
  const planned = Map.groupBy(record.plannedTrials, ({ experiment }) => experiment);
  const ended = Map.groupBy(trials, ({ spec }) => spec.experiment);
  const skipped = new Map(record.experiments.map(({ labels, skip }) => [labels.name, skip]));
  return [...new Set([...skipped.keys(), ...planned.keys()])].map((experiment) => {
    const own = ended.get(experiment) ?? [];
    const ids = new Set((planned.get(experiment) ?? []).map(({ trialId }) => withoutAttempt(trialId)));
    return {
      experiment,
      planned: ids.size,
      done: own.length,
      trials: countsOf(own.map(({ verdict }) => verdict.status)),
      skipped: skipped.get(experiment) ?? null,
    };
  });
}

function withoutAttempt(trialId: string): string {
  return trialId.replace(/-a\d+$/, "");
}

/** The least time between two looks; reading a large study takes long, and at most a tenth of the time is spent on it. */
const LOOK_EVERY_MS = 2000;
const LOOK_SHARE = 10;

/** Clears the terminal and goes to its first line. */
const CLEAR = ["[H", "[2J", "[3J"].map((code) => terminalEscape + code).join("");

/** Shows a study until its run ends: a screen on a terminal, else a line a change. */
async function watch(world: World, options: StatusOptions, signal: AbortSignal): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  if (options.study === undefined) {
    const hint = "Name it: ceteris status STUDY --watch; `ceteris status` lists them.";
    return explainFault(world, fail("no-study", "--watch shows one study", hint).problem);
  }
  const study = await studyNamed(world, resultsFolder, options.study);
  if (!study.ok) return explainFault(world, study.problem);
  const { streams, clock } = world;
  let before: Seen<Trial> | null = null;
  let shown = "";
  while (!signal.aborted) {
    const startNs = clock.nowNs();
    const read = await look(world, resultsFolder, study.value, (trial) => trial);
    if (!read.ok) return explainFault(world, read.problem);
    const now: Seen<Trial> = read.value;
    if (options.json) {
      const line = `${JSON.stringify(now.status)}\n`;
      if (line !== shown) streams.out(line);
      shown = line;
    } else if (streams.outIsTerminal) {
      const said = watchText(now, tableOf(now));
      if (said !== shown) streams.out(`${CLEAR}${said}`);
      shown = said;
    } else for (const line of watchLines(before, now)) streams.out(`${line}\n`);
    before = now;
    if (!now.status.running) {
      return now.status.done < now.status.planned ? exitCodes.interrupted : exitCodeOf(now.status.trials);
    }
    const tookMs = Number(clock.nowNs() - startNs) / 1e6;
    await clock.sleep(Math.max(LOOK_EVERY_MS, LOOK_SHARE * tookMs), signal);
  }
  return exitCodes.interrupted;
}

/** The table that a run leaves, of what is there. */
function tableOf({ record, all }: Seen<Trial>): string {
  return resultsTable(analyse({ study: record, trials: all, answers: new Map(), metrics: metricDefinitions }));
}
