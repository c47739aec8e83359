import type { Location } from "../../schema/diagnostic.ts";

/** Longer lines are cut around the caret, so that an excerpt fits a terminal. */
const widest = 120;
/** What is kept before the caret of a line that is cut. */
const keptBefore = 60;

/** The line at fault and, below it, carets under the part that is meant. Control characters are shown as `�`. */
export function excerptOf(text: string, location: Location): string {
  const lineStart = text.lastIndexOf("\n", location.start - 1) + 1;
  const newline = text.indexOf("\n", lineStart);
  const end = newline === -1 ? text.length : newline;
  // A line may be as long as its file, and a file have thousands of mistakes: no expression looks at all of it for each.
  const whole = text.slice(lineStart, text[end - 1] === "\r" ? end - 1 : end);
  const from = Math.min(location.start - lineStart, whole.length);
  const to = Math.max(from + 1, Math.min(location.end - lineStart, whole.trimEnd().length));

  const cutAt = whole.length <= widest || from <= keptBefore ? 0 : from - keptBefore;
  const line = whole.slice(cutAt, cutAt + widest);
  const carets = "^".repeat(Math.max(1, Math.min(to, cutAt + widest) - from));
  // A tab above is a tab below, so that the caret stands under its column.
  const indent = line.slice(0, from - cutAt).replaceAll(/[^\t]/g, " ");
  return `${printable(line)}\n${indent}${carets}`;
}

function printable(line: string): string {
  // eslint-disable-next-line no-control-regex
  return line.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\u{fffd}");
}
