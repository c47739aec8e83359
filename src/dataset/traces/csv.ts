import { filledLines, namesOf, secondsOf, timesOf, type TraceFormat } from "./trace-format.ts";

/** What people call the column of times; the first column where none is called so. */
const timeNames: ReadonlySet<string> = new Set(["time", "time_s", "timestamp", "arrival", "arrival_s", "arrival_time"]);

/** Times in seconds, one a line; further columns are not read. A first line without a number names the columns. */
export const csv: TraceFormat = (text) => {
  const lines = filledLines(text);
  const [first] = lines;
  if (first === undefined || secondsOf(first.line.split(",")[0] ?? "") !== null) return timesOf(lines, 0, secondsOf);
  const named = namesOf(first.line).findIndex((name) => timeNames.has(name));
  return timesOf(lines.slice(1), Math.max(0, named), secondsOf);
};
