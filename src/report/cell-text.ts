import type { Json } from "../schema/json.ts";
import {
  changeDecimals,
  decimalsOf,
  fixed,
  none,
  percentChange,
  percentInterval,
  plain,
  pText,
  signed,
  typeset,
  withThousands,
} from "./numbers.ts";
import { boundsOf, type Cell, type Column, type ColumnKind, type Relation } from "./relations/relation.ts";

const missing: Record<ColumnKind, string> = {
  text: "",
  code: "null",
  number: none,
  change: none,
  interval: "",
  p: none,
  glyphs: "",
};

/**
 * The columns of a relation with the decimals that its intervals allow, the same for a whole column: changes have those of all
 * intervals of the table, a number with an interval those of its own.
 */
export function shownColumns({ columns, rows }: Relation): Column[] {
  const changes = changeDecimals(
    columns.flatMap(({ kind }, at) => (kind === "interval" ? rows.map((row) => boundsOf(row[at])) : [])),
  );
  return columns.map((column, at) => {
    if (column.kind === "change" || column.kind === "interval") return { decimals: changes, ...column };
    const halves = rows.flatMap((row) => row[at]?.bounds ?? []).map(({ lower, upper }) => (upper - lower) / 2);
    const decimals = column.kind === "number" ? decimalsOf(halves) : null;
    return decimals === null ? column : { ...column, decimals };
  });
}

/** What a cell of a shown column says, without its note: the one formatter of all writers, which escape it each for itself. */
export function cellText(column: Column, { value, bounds, bracketed }: Cell): string {
  const said = valueText(column, value);
  const decimals = column.decimals ?? 2;
  const all = bounds ? `${said} [${fixed(bounds.lower, decimals)}, ${fixed(bounds.upper, decimals)}]` : said;
  return bracketed === true ? `(${all})` : all;
}

/** The same for a page: its figures are typeset; what others wrote, and code, stays as it is. */
export function typesetCell(column: Column, cell: Cell): string {
  const said = cellText(column, cell);
  return typeof cell.value === "string" || column.kind === "code" ? said : typeset(said);
}

/** `E2E p50 (ms)` */
export function columnTitle({ title, unit }: Column): string {
  return unit === null || unit === title ? title : `${title} (${unit})`;
}

/** Whether values stand on the right of their column. */
export function isRight({ kind }: Column): boolean {
  return kind !== "text" && kind !== "code" && kind !== "glyphs";
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

/** Marks that stand on the character before them, and characters that are not shown. */
const noColumn = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** East Asian wide and full-width characters, and emoji (Unicode Standard Annex 11); a flag is two letters of one column. */
const twoColumns =
  /(?!\p{Regional_Indicator})[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\u3247\u3250-\u4DBF\u4E00-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6B\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DF2}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]/u;

/** Columns that a text takes at a terminal. */
function width(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const sign of text) columns += noColumn.test(sign) ? 0 : twoColumns.test(sign) ? 2 : 1;
  return columns;
}

function valueText(column: Column, value: Json): string {
  if (value === null) return column.missing ?? missing[column.kind];
  if (typeof value === "string") return value;
  const bounds = column.kind === "interval" ? boundsOf({ value }) : null;
  if (bounds !== null) return percentInterval(bounds, column.decimals);
  return typeof value === "number" ? numberText(column, value) : JSON.stringify(value);
}

function numberText({ kind, decimals, grouped, sign, suffix = "" }: Column, value: number): string {
  if (kind === "change") return percentChange(value, decimals);
  if (kind === "p") return pText(value);
  if (kind === "code") return JSON.stringify(value);
  const significant = grouped === true ? withThousands(plain(value)) : plain(value);
  const digits = decimals === undefined ? significant : sign === "+" ? signed(value, decimals) : fixed(value, decimals);
  return `${sign === "±" ? sign : ""}${digits}${suffix}`;
}
