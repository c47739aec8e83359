import type { RatioBounds } from "../schema/effect.ts";
import type { Json } from "../schema/json.ts";
import { fixed, none, percentChange, percentInterval, plain, pText, signed } from "./numbers.ts";
import type { Cell, Column, ColumnKind } from "./relations/relation.ts";

const missing: Record<ColumnKind, string> = {
  text: "",
  code: "null",
  number: none,
  change: none,
  interval: "",
  p: none,
};

/** What a cell says, without its note: the one formatter of all writers, which escape it each for itself. */
export function cellText(column: Column, { value, bounds, bracketed }: Cell): string {
  const said = valueText(column, value);
  const decimals = column.decimals ?? 2;
  const all = bounds ? `${said} [${fixed(bounds.lower, decimals)}, ${fixed(bounds.upper, decimals)}]` : said;
  return bracketed === true ? `(${all})` : all;
}

/** `E2E p50 (ms)` */
export function columnTitle({ title, unit }: Column): string {
  return unit === null || unit === title ? title : `${title} (${unit})`;
}

/** Whether values stand on the right of their column. */
export function isRight({ kind }: Column): boolean {
  return kind !== "text" && kind !== "code";
}

/** Lines of cells, each as wide as the widest of its column and no narrower than `least`; with the widths. */
export function paddedLines(
  columns: readonly Column[],
  lines: readonly string[][],
  least = 0,
): { widths: number[]; padded: string[][] } {
  const widths = columns.map((_, at) => lines.reduce((widest, line) => Math.max(widest, width(line[at] ?? "")), least));
  const padded = lines.map((line) =>
    columns.map((column, at) => {
      const cell = line[at] ?? "";
      const padding = " ".repeat((widths[at] ?? 0) - width(cell));
      return isRight(column) ? `${padding}${cell}` : `${cell}${padding}`;
    }),
  );
  return { widths, padded };
}

/** Characters as a reader counts them. */
function width(text: string): number {
  return Array.from(text).length;
}

function valueText(column: Column, value: Json): string {
  if (value === null) return column.missing ?? missing[column.kind];
  if (typeof value === "string") return value;
  if (column.kind === "interval" && isBounds(value)) return percentInterval(value);
  return typeof value === "number" ? numberText(column, value) : JSON.stringify(value);
}

function numberText({ kind, decimals, sign, suffix = "" }: Column, value: number): string {
  if (kind === "change") return percentChange(value, decimals);
  if (kind === "p") return pText(value);
  if (kind === "code") return JSON.stringify(value);
  const digits =
    decimals === undefined ? plain(value) : sign === "+" ? signed(value, decimals) : fixed(value, decimals);
  return `${sign === "±" ? sign : ""}${digits}${suffix}`;
}

/** True of an interval of a ratio. */
export function isBounds(value: Json): value is Json & RatioBounds {
  return typeof value === "object" && value !== null && "lower" in value && "upper" in value;
}
