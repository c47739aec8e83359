/**
 * Reads the arrivals of a trace: times in seconds on any zero, in the order of the file. A text says what is wrong with
 * which line (counted from 1). `unit` is what a workload says of the numbers, where it says so.
 */
export type TraceFormat = (text: string, unit?: "s" | "ms") => number[] | string;

interface Line {
  line: string;
  number: number;
}

/** Lines with something on them, numbered from 1. */
export function filledLines(text: string): Line[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
}

/** What stands between the cells of a table: where numbers have decimal commas it is a semicolon or a tab. */
export function separatorOf(line: string): string {
  const bare = line.replaceAll(/"[^"]*"/g, "");
  return [";", "\t"].find((separator) => bare.includes(separator)) ?? ",";
}

/** Cells of a line, without the quotes around them (RFC 4180; a cell has no line break). */
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

/** Cells of each line; a text where a line has more than the first, which tells of commas within numbers. */
export function tableOf([header, ...lines]: readonly Line[]): Table | string {
  if (header === undefined) return { names: [], rows: [] };
  const separator = separatorOf(header.line);
  const names = cellsOf(header.line, separator).map((name) => name.toLowerCase());
  const rows: Table["rows"] = [];
  for (const { line, number } of lines) {
    const cells = cellsOf(line, separator);
    if (cells.length > names.length) {
      return (
        `line ${number}: ${cells.length} cells, and the first line has ${names.length}: ${line.slice(0, 80)} ` +
        "(numbers with decimal commas need semicolons or quotes)"
      );
    }
    rows.push({ cells, line, number });
  }
  return { names, rows };
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

/** A number with a decimal point or a decimal comma; null where the text is none. */
export function numberOf(cell: string): number | null {
  const value = Number(/^[+-]?\d*,\d+$/.test(cell) ? cell.replace(",", ".") : cell);
  return Number.isFinite(value) && cell !== "" ? value : null;
}

/** The same in seconds. */
export function secondsIn(unit: "s" | "ms"): (cell: string) => number | null {
  return (cell) => {
    const value = numberOf(cell);
    return value === null ? null : unit === "ms" ? value / 1000 : value;
  };
}
