/**
 * Reads the arrivals of a trace: times in seconds on any zero, in the order of the file. A text says what is wrong with
 * which line (counted from 1).
 */
export type TraceFormat = (text: string) => number[] | string;

/** Lines with something on them, numbered from 1. */
export function filledLines(text: string): { line: string; number: number }[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
}

/** Times of one column, or the first line that has none. `read` gives seconds, null where the text is no time. */
export function timesOf(
  lines: readonly { line: string; number: number }[],
  column: number,
  read: (cell: string) => number | null,
): number[] | string {
  const times: number[] = [];
  for (const { line, number } of lines) {
    const cell = line.split(",")[column]?.trim().replaceAll('"', "") ?? "";
    const atS = cell === "" ? null : read(cell);
    if (atS === null) return `line ${number}: no arrival time in column ${column + 1}: ${line.slice(0, 80)}`;
    times.push(atS);
  }
  return times;
}

/** Null where the text is no number. */
export function secondsOf(cell: string): number | null {
  const seconds = Number(cell);
  return Number.isFinite(seconds) ? seconds : null;
}

/** The columns' names in lower case, without quotes. */
export function namesOf(header: string): string[] {
  return header.split(",").map((name) => name.trim().replaceAll('"', "").toLowerCase());
}
