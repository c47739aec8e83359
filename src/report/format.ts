import type { Json } from "../schema/json.ts";
import { alignTables, controlCharacters, escapeMarkdown, width } from "./markdown.ts";
import { plain } from "./numbers.ts";

export const rowFormats = ["table", "json", "csv", "markdown"] as const;
export type RowFormat = (typeof rowFormats)[number];

const formatters: Record<RowFormat, (columns: readonly string[], rows: readonly Json[][]) => string> = {
  table: asTable,
  json: asJson,
  csv: asCsv,
  markdown: asMarkdown,
};

/** Rows as text that ends with a newline. `table` is for people, `json` a list of objects, `csv` RFC 4180 with full precision. */
export function formatRows(columns: readonly string[], rows: readonly Json[][], format: RowFormat): string {
  return formatters[format](columns, rows);
}

/** A value for people: six significant digits, nothing for null. */
function shown(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return plain(value);
  return exact(value);
}

function exact(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Columns of numbers alone are set to the right. */
function isNumeric(rows: readonly Json[][], column: number): boolean {
  const values = rows.map((row) => row[column] ?? null).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === "number");
}

function asTable(columns: readonly string[], rows: readonly Json[][]): string {
  const cells = rows.map((row) => columns.map((_, column) => onOneLine(shown(row[column]))));
  const widths = columns.map((name, column) =>
    cells.reduce((widest, row) => Math.max(widest, width(row[column] ?? "")), width(name)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - width(cell));
        return isRight[column] === true ? `${padding}${cell}` : `${cell}${padding}`;
      })
      .join("  ")
      .trimEnd();
  const isRight = columns.map((_, column) => isNumeric(rows, column));
  const rule = widths.map((wide) => "-".repeat(wide)).join("  ");
  return `${[line(columns), rule, ...cells.map(line)].join("\n")}\n`;
}

/** Two columns of one name: the later one gets a number, so that an object holds both. */
function asJson(columns: readonly string[], rows: readonly Json[][]): string {
  const names: string[] = [];
  for (const name of columns) {
    let unique = name;
    for (let count = 2; names.includes(unique); count += 1) unique = `${name}_${count}`;
    names.push(unique);
  }
  const objects = rows.map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] ?? null])));
  return `${JSON.stringify(objects, null, 1)}\n`;
}

function asCsv(columns: readonly string[], rows: readonly Json[][]): string {
  return [columns.map(csvField), ...rows.map((row) => columns.map((_, column) => csvField(exact(row[column]))))]
    .map((line) => `${line.join(",")}\r\n`)
    .join("");
}

function asMarkdown(columns: readonly string[], rows: readonly Json[][]): string {
  const rule = columns.map((_, column) => (isNumeric(rows, column) ? "---:" : "---"));
  const body = rows.map((row) => markdownLine(columns.map((_, column) => escapeMarkdown(shown(row[column])))));
  return `${alignTables([markdownLine(columns.map(escapeMarkdown)), markdownLine(rule), ...body].join("\n"))}\n`;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s*[\t\r\n]+\s*/g, " ").replaceAll(controlCharacters, "");
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
