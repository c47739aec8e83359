import { filledLines } from "./trace-format.ts";

/** The members `timestamp` of JSON lines, as they stand, and the first object; a text says which line has none. */
export function timestampsOf(text: string): { values: number[]; first: object } | string {
  const values: number[] = [];
  let first: object = {};
  for (const { line, number } of filledLines(text)) {
    const record = recordOf(line);
    if (typeof record?.timestamp !== "number" || !Number.isFinite(record.timestamp)) {
      return `line ${number}: no JSON object with a number "timestamp": ${line.slice(0, 80)}`;
    }
    if (values.length === 0) first = record;
    values.push(record.timestamp);
  }
  return { values, first };
}

function recordOf(line: string): { timestamp?: unknown } | null {
  try {
    return JSON.parse(line) as { timestamp?: unknown } | null;
  } catch {
    return null;
  }
}
