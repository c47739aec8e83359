import {
  cellsOf,
  filledLines,
  numberOf,
  secondsIn,
  separatorOf,
  tableOf,
  timesOf,
  type TraceFormat,
} from "./trace-format.ts";
import { lengthsOfColumns } from "./trace-lengths.ts";

/** Usual names of the column of times, with its unit where `_ms` or `_s` follows. Where no column has one, the first is taken. */
const timeName = /^(?:time|timestamp|arrival|arrival_time)(?:_(ms|s))?$/;

/** Lengths in columns called as the usual tools call them: `input_tokens`, `prompt_length`, `num_prefill_tokens` … */
export const csvLengths = lengthsOfColumns({
  time: timeName,
  input: /^(?:num_)?(?:input|prompt|prefill|context|request)_?(?:tokens|length|len)$/,
  output: /^(?:num_)?(?:output|completion|decode|generated|response)_?(?:tokens|length|len)$/,
});

/** Times in seconds, one a line; further columns are not read. A first line without a number names the columns. */
export const csv: TraceFormat = (text, unit) => {
  const lines = filledLines(text);
  const [first] = lines;
  if (first === undefined) return [];
  const [cell = ""] = cellsOf(first.line, separatorOf(first.line));
  const isHeader = numberOf(cell) === null;
  const table = tableOf(isHeader ? lines : [first, ...lines]);
  if (typeof table === "string") return table;
  const named = isHeader ? table.names.findIndex((name) => timeName.test(name)) : -1;
  const suffix = timeName.exec(table.names[named] ?? "")?.[1];
  return timesOf(table.rows, Math.max(0, named), secondsIn(unit ?? (suffix === "ms" ? "ms" : "s")));
};
