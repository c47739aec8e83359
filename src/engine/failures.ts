import type { FailurePattern } from "../schema/engine.ts";
import type { Failure } from "../schema/launch.ts";

/** A line of a log may hold a whole configuration; so much of it says what went wrong. */
const longestMessage = 500;

/** What is said where no pattern matches. */
export interface Fallback {
  class: string;
  /** In our words; without it the log's last line speaks. */
  message?: string;
  hint: string;
}

/**
 * Why an engine failed, from its log. The earliest line that matches a pattern wins, since what follows a cause is its
 * consequence; on one line the first pattern wins. Exit codes are not asked: vLLM ends with 0 after its engine died.
 * `file` is the log's name in the answer, `afterLine` the count of lines at the start to pass over; lines count from 1.
 */
export function classify(
  patterns: readonly FailurePattern[],
  logText: string,
  fallback: Fallback,
  { file = "server.log", afterLine = 0 }: { file?: string; afterLine?: number } = {},
): Failure {
  const lines = logText.split("\n").map(withoutColours);
  const compiled = patterns.map((pattern) => ({ ...pattern, regex: new RegExp(pattern.pattern) }));
  for (const [index, line] of lines.entries()) {
    if (index < afterLine) continue;
    const match = compiled.find(({ regex }) => regex.test(line));
    if (match) return { class: match.class, message: shortened(line), file, line: index + 1, hint: match.hint };
  }
  const last = lines.findLastIndex((line, index) => index >= afterLine && line.trim() !== "");
  return {
    class: fallback.class,
    message: fallback.message ?? shortened(lines[last] ?? "the log is empty"),
    file: last < 0 ? null : file,
    line: last < 0 ? null : last + 1,
    hint: fallback.hint,
  };
}

function withoutColours(line: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape character is what has to go
  return line.replaceAll(/\u001B\[[0-9;]*m/g, "");
}

function shortened(line: string): string {
  const trimmed = line.trim();
  return trimmed.length <= longestMessage ? trimmed : `${trimmed.slice(0, longestMessage)}…`;
}
