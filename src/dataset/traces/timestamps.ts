import { parseMap } from "../../schema/json.ts";
import { filledLines } from "./trace-format.ts";

/** The members `timestamp` of JSON lines, in the file's unit, and the first object; a text says which line has none. */
export function timestampsOf(text: string): { values: number[]; first: object } | string {
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
