import type { TrialCounts } from "../schema/exit-code.ts";
import { number, relationOf, text } from "./relations/relation.ts";
import { terminalTable } from "./writers/terminal.ts";

/** How far a study is. */
export interface StudyStatus {
  study: string;
  planned: number;
  done: number;
  trials: { valid: number; screened: number; invalid: number; failed: number; skipped: number };
  running: boolean;
  origin: string;
  /** Folders and files that cannot be read, which are in none of the numbers, or are not as they were written. */
  unreadable: string[];
  /** In the order of the plan. */
  experiments: ExperimentStatus[];
  /** What was handed out, the first first; empty of a study that runs here. */
  handedOut: HandedOut[];
  /** The command that goes on from here; null while it runs. */
  next: string | null;
}

/** How far a submission is: how many of its blocks are done, submitted again later, running, waiting, left by a job that has ended, or unknown. */
export interface HandedOut {
  id: string;
  executor: string;
  /** As the scheduler calls them. */
  jobs: string[];
  cancelled: boolean;
  /** Where its scripts and their logs lie, relative to the working folder. */
  logs: string;
  blocks: number;
  done: number;
  again: number;
  running: number;
  waiting: number;
  ended: number;
  unknown: number;
  /** The blocks that were left, `1-3,7`, by what the scheduler says of their job. */
  left: { blocks: string; said: string }[];
}

/** How far one experiment is: trials that are planned, those that ended, and how. */
export interface ExperimentStatus {
  experiment: string;
  planned: number;
  done: number;
  trials: TrialCounts;
  /** Why it is not tried; null where it is. */
  skipped: string | null;
}

/** Experiments that the table of one study lists; `--json` has all. */
const LISTED = 200;

/** A row for each experiment of a study: trials done and to do, and how they ended. */
export function experimentsText({ experiments }: Pick<StudyStatus, "experiments">): string {
  const more = experiments.length - LISTED;
  const relation = relationOf("progress", experiments.slice(0, LISTED), [
    text("experiment", "experiment", ({ experiment }) => experiment),
    text("done", "done", ({ done, planned, skipped }) => (skipped === null ? `${done}/${planned}` : "")),
    text("to_do", "to do", ({ done, planned, skipped }) => (skipped === null ? planned - done : "")),
    text("ended", "ended", ({ trials, skipped }) => (skipped === null ? endedText(trials) : `SKIPPED: ${skipped}`)),
  ]);
  return `${terminalTable(relation)}${more > 0 ? `and ${more} more, with --json\n` : ""}`;
}

/** A row for each submission of a study, and what became of blocks that no run works on; empty where nothing was handed out. */
export function handedOutText({ handedOut }: Pick<StudyStatus, "handedOut">): string {
  if (handedOut.length === 0) return "";
  const relation = relationOf("handed_out", handedOut, [
    text("submission", "handed out", ({ id, cancelled }) => (cancelled ? `${id} (cancelled)` : id)),
    text("jobs", "jobs", ({ jobs }) => jobs.join(", ")),
    ...(["blocks", "done", "again", "running", "waiting", "ended", "unknown"] as const).map((name) =>
      number<HandedOut>(name, name, (row) => row[name]),
    ),
  ]);
  return terminalTable(relation) + handedOut.map(leftText).join("");
}

/** Only the next run knows whether the search for a peak is done. */
function leftText({ id, logs, left, unknown }: HandedOut): string {
  const reasons = [
    ...left.map(({ blocks, said }) => `${blocks}, whose job has ended (${said})`),
    ...(unknown === 0
      ? []
      : [`${unknown} unknown to the scheduler: they have ended, or the scheduler does not answer`]),
  ];
  return reasons.length === 0 ? "" : `Blocks of ${id} not known to be done: ${reasons.join("; ")}; logs: ${logs}\n`;
}

function endedText(trials: TrialCounts): string {
  return Object.entries(trials)
    .flatMap(([status, ended]) => (ended === 0 ? [] : [`${ended} ${status.toUpperCase()}`]))
    .join(", ");
}

/** What `status` prints: a row for each study. */
export function statusText(studies: readonly StudyStatus[]): string {
  const relation = relationOf("studies", studies, [
    text("study", "study", ({ study, origin }) => (origin === "simulated" ? `${study} (SIMULATED)` : study)),
    text("done", "done", ({ done, planned }) => `${done}/${planned}`),
    ...(["valid", "screened", "invalid", "failed"] as const).map((status) =>
      number<StudyStatus>(status, status, ({ trials }) => trials[status]),
    ),
    text("now", "now", ({ running, done, planned }) =>
      running ? "running" : done >= planned ? "complete" : "stopped",
    ),
  ]);
  return terminalTable(relation);
}
