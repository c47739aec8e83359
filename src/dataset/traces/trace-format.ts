import { countText } from "../../math/figures.ts";
/**
 * Reads the arrivals of a trace: times in seconds from any origin, in the order of the file. A text names the line (from 1)
 * that is wrong, and says why. `unit` is that of the numbers, where the workload says it.
 */
export type TraceFormat = (text: string, unit?: "s" | "ms") => number[] | string;

interface Line {
  line: string;
  number: number;
}

/** What ends a line: also a carriage return alone, as old spreadsheets write it. */
export const lineEnd = /\r\n?|\n/;

/** Lines with something on them, numbered from 1. */
export function filledLines(text: string): Line[] {
  return text
    .split(lineEnd)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
}

/** Lines of a table: a cell in quotes may go over several, whose number is that of the first. */
export function tableLines(text: string): Line[] {
  const lines = filledLines(text);
  const table: Line[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const { line, number } = lines[at]!;
    const end = opensQuote.test(line.replaceAll(/"[^"]*"/g, "")) ? closingLine(lines, at + 1) : at;
    const cell = lines.slice(at, end + 1).map((one) => one.line);
    table.push({ line: cell.join("\n"), number });
    at = end;
  }
  return table;
}

const opensQuote = /(?:^|[,;\t])\s*"/;

/** The line with the quote that ends a cell; where there is none, the line before `from`: then the quote was no more than a sign. */
function closingLine(lines: readonly Line[], from: number): number {
  for (let at = from; at < lines.length; at += 1) if ((lines[at]!.line.match(/"/g)?.length ?? 0) % 2 === 1) return at;
  return from - 1;
}

/** What divides the cells of a table: a semicolon or a tab where the line has one, since its numbers may have decimal commas. */
export function separatorOf(line: string): string {
  const bare = line.replaceAll(/"[^"]*"/g, "");
  return [";", "\t"].find((separator) => bare.includes(separator)) ?? ",";
}

/** Cells of a line, without the quotes around them (RFC 4180). */
export function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  return [...cells, cell.trim()];
}

/** A table whose first line names its columns, in lower case. */
export interface Table {
  names: string[];
  rows: { cells: string[]; line: string; number: number }[];
}

/** Cells of each line; a text where a line has more than the first, because its numbers have decimal commas. */
export function tableOf([header, ...lines]: readonly Line[]): Table | string {
  if (header === undefined) return { names: [], rows: [] };
  const separator = separatorOf(header.line);
  const names = cellsOf(header.line, separator).map((name) => name.toLowerCase());
  const rows: Table["rows"] = [];
  for (const { line, number } of lines) {
    const cells = cellsOf(line, separator);
    if (cells.length > names.length) {
      return (
        `line ${number}: ${countText(cells.length, "cell")}, and the first line has ${names.length}: ${line.slice(0, 80)} ` +
        "(numbers with decimal commas need semicolons or quotes)"
      );
    }
    rows.push({ cells, line, number });
  }
  return { names, rows };
}

/** Times of the column with that name, in any case of its letters; a text where the file has no such column. */
export function timesOfColumn(text: string, name: string, read: (cell: string) => number | null): number[] | string {
  const lines = tableLines(text);
  const [header] = lines;
  if (header === undefined) return [];
  const table = tableOf(lines);
  if (typeof table === "string") return table;
  const column = table.names.indexOf(name.toLowerCase());
  if (column < 0) return `line ${header.number}: no column ${name}: ${header.line.slice(0, 80)}`;
  return timesOf(table.rows, column, read);
}

/** Times of one column, or the first line that has none. `read` gives seconds, null where the text is no time. */
export function timesOf(rows: Table["rows"], column: number, read: (cell: string) => number | null): number[] | string {
  const times: number[] = [];
  for (const { cells, line, number } of rows) {
    const cell = cells[column] ?? "";
    const atS = cell === "" ? null : read(cell);
    if (atS === null) return `line ${number}: no arrival time in column ${column + 1}: ${line.slice(0, 80)}`;
    times.push(atS);
  }
  return times;
}

/** A number with a decimal point or a decimal comma; null where the text is no number. */
export function numberOf(cell: string): number | null {
  const value = Number(/^[+-]?\d*,\d+$/.test(cell) ? cell.replace(",", ".") : cell);
  return Number.isFinite(value) && cell !== "" ? value : null;
}

/** How many of a unit are a second. */
export const perSecond = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;

/** Reads a number of that unit as seconds. */
export function secondsIn(unit: keyof typeof perSecond): (cell: string) => number | null {
  return (cell) => {
    const value = numberOf(cell);
    return value === null ? null : value / perSecond[unit];
  };
}

/** What is wrong with times of which nobody said the unit: a clock that counts from 1970 shows another one. Null where nothing is. */
export function otherUnit(times: readonly number[], assumed: "s" | "ms"): string | null {
  const [first = 0] = times;
  const shown = first < 1e9 ? assumed : first < 1e11 ? "s" : first < 1e14 ? "ms" : null;
  if (shown === assumed) return null;
  const remedy = shown === null ? "write seconds or milliseconds" : `set \`arrivals.unit\` to \`${shown}\``;
  return `time 1 is ${first}, which is not in ${assumed} but a date counted from 1970: ${remedy}`;
}
