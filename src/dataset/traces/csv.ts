import {
  cellsOf,
  numberOf,
  otherUnit,
  perSecond,
  secondsIn,
  separatorOf,
  tableLines,
  tableOf,
  timesOf,
  type TraceFormat,
} from "./trace-format.ts";
import { lengthsOfColumns } from "./trace-lengths.ts";

/** Usual names of the column of times. Where no column has one, the first is taken. */
const timeName = /^(?:time|timestamp|arrival|arrival_time|arrived_at)(?:[_ (]+(?:ns|us|ms|s|sec|seconds)\)?)?$/;
/** The unit at the end of a column's name. */
const unitName = /[_ (](ns|us|ms|s)\)?$/;

/** Lengths in columns called as the usual tools call them: `input_tokens`, `prompt_length`, `num_prefill_tokens` … */
export const csvLengths = lengthsOfColumns({
  time: timeName,
  input: /^(?:num_)?(?:input|prompt|prefill|context|request)[_ ]?(?:tokens|length|len)$|^isl$/,
  output: /^(?:num_)?(?:output|completion|decode|generated|response)[_ ]?(?:tokens|length|len)$|^osl$/,
});

/** Times in seconds, one a line; further columns are not read. A first line without a number names the columns. */
export const csv: TraceFormat = (text, unit) => {
  const lines = tableLines(text);
  const [first] = lines;
  if (first === undefined) return [];
  const [cell = ""] = cellsOf(first.line, separatorOf(first.line));
  const isHeader = numberOf(cell) === null;
  const table = tableOf(isHeader ? lines : [first, ...lines]);
  if (typeof table === "string") return table;
  const named = isHeader ? table.names.findIndex((name) => timeName.test(name)) : -1;
  const column = Math.max(0, named);
  const suffix = isHeader
    ? (unitName.exec(table.names[column] ?? "")?.[1] as keyof typeof perSecond | undefined)
    : undefined;
  const times = timesOf(table.rows, column, secondsIn(unit ?? suffix ?? "s"));
  if (typeof times === "string" || unit !== undefined || suffix !== undefined) return times;
  return otherUnit(times, "s") ?? times;
};
