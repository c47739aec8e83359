import { countText } from "../math/figures.ts";
import { runWords } from "../schema/run-words.ts";
import { benchMatrixName, type StudyRecord } from "../schema/study-record.ts";
import { shellLine } from "../schema/shell-line.ts";
import { firstReason, type Trial } from "../schema/trial.ts";
import { experimentsText, handedOutText, statusText, type StudyStatus } from "./status-text.ts";
import { relationOf, text } from "./relations/relation.ts";
import { terminalTable } from "./writers/terminal.ts";

/** What is told of a trial. */
export type ToldTrial = Pick<Trial, "spec" | "verdict">;

/** What a watched study shows at one moment. */
export interface WatchedStudy {
  status: StudyStatus;
  /** Of its trials the last attempts. */
  trials: readonly ToldTrial[];
  /** Where its pages are, relative to the working folder. */
  pages: string;
}

/** Trials that did not work, of which so many are named. */
const MOST_NAMED = 20;

/** What a person reads while a study runs: how far it is, its table so far, what failed, and what to type next. */
export function watchText(watched: WatchedStudy, table: string): string {
  const out = handedOutText(watched.status);
  return [
    statusText([watched.status]),
    ...(out === "" ? [] : [out]),
    table,
    ...brokenTable(watched),
    `${nextStep(watched)}\n`,
  ].join("\n");
}

/** How far one study is: each experiment, what failed, and what to type next. */
export function studyText(watched: WatchedStudy): string {
  return watchText(watched, experimentsText(watched.status));
}

/** Trials that did not work, the last ones, with what to do; nothing where all did. */
function brokenTable({ trials }: Pick<WatchedStudy, "trials">): string[] {
  const broken = trials.filter(({ verdict }) => verdict.status === "FAILED" || verdict.status === "INVALID");
  const named = broken.slice(-MOST_NAMED);
  const more = broken.length - named.length;
  const relation = relationOf("failed", named, [
    text<ToldTrial>("trial", "did not work", ({ spec }) => `${spec.experiment}, block ${Math.floor(spec.block)}`),
    text("status", "verdict", ({ verdict }) => verdict.status),
    text("reason", "why", ({ verdict }) => firstReason(verdict.reason)),
    text("remedy", "what to do", (trial) => firstReason(remedyOf(trial))),
  ]);
  return named.length === 0 ? [] : [`${terminalTable(relation)}${more > 0 ? `and ${more} before them\n` : ""}`];
}

function remedyOf({ verdict }: ToldTrial): string {
  return verdict.failure?.hint ?? verdict.checks.find(({ status }) => status === "fail")?.remedy ?? "";
}

/** The command that goes on from here; while it runs, the pages that are there already. */
function nextStep({ status, pages }: Pick<WatchedStudy, "status" | "pages">): string {
  const { study, done, planned, next } = status;
  if (next === null) return `Running; the pages so far: ${pages}/${study}.md, ${pages}/${study}.html`;
  const state = done < planned ? `Stopped: ${countText(planned - done, "trial")} to do` : "Complete";
  return `${state}. Next: ${next}`;
}

/** What to type next for a study that does not run. `executor`: what handed its blocks out; `flags`: what names its results folder. */
export function nextCommand(
  { study, done, planned, trials }: Pick<StudyStatus, "study" | "done" | "planned" | "trials">,
  {
    executor,
    ...record
  }: Pick<StudyRecord, "matrix" | "engine" | "declaredEngine" | "fidelity"> & {
    executor?: string | undefined;
    url?: string | undefined;
  },
  flags: readonly string[],
): string {
  const run = [...runWords(record), ...(executor === undefined ? [] : ["--executor", executor]), ...flags];
  // The matrix of a bench was never a file: whoever asks again gets the next replicate.
  const canRun = !record.matrix.endsWith(benchMatrixName);
  if (canRun && done < planned) return shellLine(run);
  if (canRun && trials.failed > 0) return shellLine([...run, "--retry", "failed"]);
  if (canRun && trials.invalid > 0) return shellLine([...run, "--retry", "invalid"]);
  return shellLine(["ceteris", "report", study, "--format", "html", ...flags]);
}

/** A line for each change since the last look, for logs: trials that ended, and whether a run goes on. */
export function watchLines(before: WatchedStudy | null, now: WatchedStudy): string[] {
  const known = new Set(before?.trials.map(({ spec }) => spec.trialId));
  const { done, planned } = now.status;
  const ended = now.trials.filter(({ spec }) => !known.has(spec.trialId));
  const lines = ended.map(({ spec, verdict }) =>
    terminalLine(`${verdict.status} ${spec.experiment}, block ${Math.floor(spec.block)}: ${verdict.reason}`),
  );
  if (before === null) return [`${now.status.study}: ${done}/${planned} done`, ...lines, ...endLine(now)];
  return [
    ...lines,
    ...(ended.length === 0 ? [] : [`${done}/${planned} done`]),
    ...(before.status.running === now.status.running ? [] : endLine(now)),
  ];
}

function endLine(now: WatchedStudy): string[] {
  return now.status.running ? [] : [terminalLine(nextStep(now))];
}

function terminalLine(said: string): string {
  return said.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}/gu, "");
}
