import { parseMap } from "../../schema/json.ts";
import { filledLines, numberOf, tableLines, tableOf } from "./trace-format.ts";

/** What one line of a trace says of its request. */
export interface TraceRequest {
  /** In the file's own unit, for the order alone; null where the file has no times. */
  at: number | null;
  /** Tokens; a request that had none, as failed ones are noted, has 1. */
  input: number;
  output: number;
  /** Hashes of the prompt's blocks: equal ones are of equal tokens. Null where the file has none. */
  blocks: readonly number[] | null;
}

/** Reads the lengths of a trace, in the order of the file; a text names the line that is wrong, and says why. */
export type LengthsFormat = (text: string) => TraceRequest[] | string;

/** Names of a table's columns, in lower case. */
interface Columns {
  time: RegExp;
  input: RegExp;
  output: RegExp;
}

/** Lengths in two columns of a table, whatever other columns it has. */
export function lengthsOfColumns(columns: Columns, timeOf: (cell: string) => number | null = numberOf): LengthsFormat {
  return (text) => {
    const table = tableOf(tableLines(text));
    if (typeof table === "string") return table;
    const [time, input, output] = [columns.time, columns.input, columns.output].map((name) =>
      table.names.findIndex((one) => name.test(one)),
    ) as [number, number, number];
    const missing = input < 0 ? "input" : output < 0 ? "output" : null;
    if (missing !== null) return `line 1: no column of ${missing} lengths: ${table.names.join(", ").slice(0, 80)}`;
    const requests: TraceRequest[] = [];
    for (const { cells, line, number } of table.rows) {
      const [asked, answered] = [lengthOf(numberOf(cells[input] ?? "")), lengthOf(numberOf(cells[output] ?? ""))];
      if (asked === null || answered === null) return noLengths(number, line);
      requests.push({ at: time < 0 ? null : timeOf(cells[time] ?? ""), input: asked, output: answered, blocks: null });
    }
    return requests;
  };
}

/** JSON lines with `input_length` and `output_length`, as Mooncake's and Bailian's have them, and `hash_ids` where a line has them. */
export const lengthsOfMembers: LengthsFormat = (text) => {
  const requests: TraceRequest[] = [];
  for (const { line, number } of filledLines(text)) {
    const record = parseMap(line);
    const [input, output] = [lengthOf(record?.["input_length"]), lengthOf(record?.["output_length"])];
    if (record === null || input === null || output === null) return noLengths(number, line);
    const { timestamp, hash_ids: hashes } = record;
    const blocks = Array.isArray(hashes) && hashes.every((hash) => typeof hash === "number") ? hashes : null;
    requests.push({ at: typeof timestamp === "number" ? timestamp : null, input, output, blocks });
  }
  return requests;
};

function noLengths(number: number, line: string): string {
  return `line ${number}: no lengths of input and output in tokens: ${line.slice(0, 80)}`;
}

function lengthOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? Math.max(1, value) : null;
}
