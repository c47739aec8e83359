import { countText } from "../math/figures.ts";
import type { Trial } from "../schema/trial.ts";
import { statusText, type StudyStatus } from "./status-text.ts";
import { relationOf, text } from "./relations/relation.ts";
import { terminalTable } from "./writers/terminal.ts";

/** What a watched study shows at one moment. */
export interface WatchedStudy {
  status: StudyStatus;
  /** Of its trials the last attempts. */
  trials: readonly Trial[];
  /** The matrix, as commands take it. */
  matrix: string;
}

/** Trials that did not work, of which so many are named. */
const MOST_NAMED = 20;

/** What a person reads while a study runs: how far it is, its table so far, what failed, and what to type next. */
export function watchText(watched: WatchedStudy, table: string): string {
  const broken = watched.trials.filter(({ verdict }) => verdict.status === "FAILED" || verdict.status === "INVALID");
  const named = broken.slice(-MOST_NAMED);
  const more = broken.length - named.length;
  const relation = relationOf("failed", named, [
    text("trial", "did not work", ({ spec }) => `${spec.experiment}, block ${Math.floor(spec.block)}`),
    text("status", "verdict", ({ verdict }) => verdict.status),
    text("reason", "why", ({ verdict }) => verdict.reason),
    text("remedy", "what to do", remedyOf),
  ]);
  return [
    statusText([watched.status]),
    table,
    ...(named.length === 0 ? [] : [`${terminalTable(relation)}${more > 0 ? `and ${more} before them\n` : ""}`]),
    `${nextStep(watched)}\n`,
  ].join("\n");
}

function remedyOf({ verdict }: Trial): string {
  return verdict.failure?.hint ?? verdict.checks.find(({ status }) => status === "fail")?.remedy ?? "";
}

/** The command that goes on from here; while it runs, the pages that are there already. */
function nextStep({ status, matrix }: Pick<WatchedStudy, "status" | "matrix">): string {
  const { study, running, done, planned, trials } = status;
  if (running) return `Running; the pages so far: reports/out/${study}.md, reports/out/${study}.html`;
  if (done < planned) return `Stopped: ${countText(planned - done, "trial")} to do. Next: ceteris run ${matrix}`;
  if (trials.failed > 0) return `Complete. Next: ceteris run ${matrix} --retry failed`;
  if (trials.invalid > 0) return `Complete. Next: ceteris run ${matrix} --retry invalid`;
  return `Complete. Next: ceteris report ${study} --format html`;
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
