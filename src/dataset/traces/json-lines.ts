import { filledLines, otherUnit, type TraceFormat } from "./trace-format.ts";
import { parseMap } from "../../schema/json.ts";

/**
 * Mooncake's traces (github.com/kvcache-ai/Mooncake, FAST25-release): JSON lines with `timestamp` in whole milliseconds.
 * Bailian's have the same members in seconds, and are recognised by their `chat_id`; in any other file a fraction is ambiguous.
 */
export const mooncake: TraceFormat = (text, unit) => {
  const read = timestampsOf(text);
  if (typeof read === "string") return read;
  const { values, first } = read;
  const known = unit ?? (isOfBailian(first) ? "s" : null);
  const broken = known === null ? values.findIndex((value) => !Number.isInteger(value)) : -1;
  if (broken >= 0) {
    return `time ${broken + 1} is ${values[broken]}: Mooncake's are whole milliseconds; set \`arrivals.unit\` to \`s\` or \`ms\``;
  }
  const other = unit === undefined ? otherUnit(values, known ?? "ms") : null;
  return other ?? values.map((value) => (known === "s" ? value : value / 1000));
};

/** Qwen-Bailian's usage traces (github.com/alibaba-edu/qwen-bailian-usagetraces-anon): JSON lines with `chat_id`, and `timestamp` in seconds. */
export const bailian: TraceFormat = (text, unit) => {
  const read = timestampsOf(text);
  if (typeof read === "string") return read;
  const other = unit === undefined ? otherUnit(read.values, "s") : null;
  return other ?? read.values.map((value) => (unit === "ms" ? value / 1000 : value));
};

/** True of a line of Bailian's, which has the members of Mooncake's and more. */
function isOfBailian(record: object): boolean {
  return Object.hasOwn(record, "chat_id");
}

/** The members `timestamp` of JSON lines, in the file's unit, and the first object; a text says which line has none. */
function timestampsOf(text: string): { values: number[]; first: object } | string {
  const values: number[] = [];
  let first: object = {};
  for (const { line, number } of filledLines(text)) {
    const record = parseMap(line);
    const timestamp = record?.["timestamp"];
    if (record === null || typeof timestamp !== "number" || !Number.isFinite(timestamp)) {
      return `line ${number}: no JSON object with a number "timestamp": ${line.slice(0, 80)}`;
    }
    if (values.length === 0) first = record;
    values.push(timestamp);
  }
  return { values, first };
}
