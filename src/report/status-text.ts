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
