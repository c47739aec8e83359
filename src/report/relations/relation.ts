import type { RatioBounds } from "../../schema/effect.ts";
import type { Json } from "../../schema/json.ts";

/** How the values of a column are written: a `change` is a ratio, an `interval` two of them, a `p` a probability, `glyphs` a sign a trial. */
export type ColumnKind = "text" | "code" | "number" | "change" | "interval" | "p" | "glyphs";

export interface Column {
  /** Its name in data: `output_throughput`. */
  key: string;
  title: string;
  unit: string | null;
  kind: ColumnKind;
  /** Of a number or a change; a number without them has six significant digits. */
  decimals?: number;
  /** True of measured figures: six significant digits have a comma between thousands too. Seeds and counts have none. */
  grouped?: boolean;
  /** `+`: numbers have their sign; `±`: a number is a margin to both sides. */
  sign?: "+" | "±";
  suffix?: string;
  /** What stands where there is no value. */
  missing?: string;
}

/** A value with what marks it. A text in a column of numbers says why there is none, or what stands in its place. */
export interface Cell {
  value: Json;
  /** Of a number: its interval, in the number's unit. */
  bounds?: RatioBounds | null;
  strong?: boolean;
  /** Measured, and compared with nothing. */
  bracketed?: boolean;
  /** Follows the value, as it stands here. */
  note?: string;
  /** True of words in a column of code. */
  isText?: boolean;
}

/** A named table: what a report, a terminal, a file and a chart show of one thing. */
export interface Relation {
  name: string;
  columns: Column[];
  rows: Cell[][];
}

/** A column with what it shows of each item. */
export interface ColumnOf<Item> extends Column {
  of: (item: Item) => string | number | boolean | null | RatioBounds | Cell;
}

/** A relation with a row for each item. A column that is false is not there: `isSwept && text(…)`. */
export function relationOf<Item>(
  name: string,
  items: readonly Item[],
  given: readonly (ColumnOf<Item> | false)[],
): Relation {
  const columns = given.filter((column) => column !== false);
  return {
    name,
    columns: columns.map(({ of: _of, ...column }) => column),
    rows: items.map((item) =>
      columns.map(({ of }) => {
        const shown = of(item);
        return typeof shown === "object" && shown !== null && "value" in shown ? shown : { value: shown as Json };
      }),
    ),
  };
}

/**
 * A relation as data: an interval is two columns, `<key>_lower` and `<key>_upper`, and so is that of a number which has one. What
 * programs read of a table (CSV, JSON, a chart) has these names.
 */
export function flatRelation({ columns, rows }: Relation): { keys: string[]; rows: Json[][] } {
  const parts = columns.flatMap(({ key, kind }, at) => {
    const isBounded = kind === "interval" || rows.some((row) => row[at]?.bounds != null);
    const whole = kind === "interval" ? [] : [{ key, of: (cell: Cell | undefined): Json => cell?.value ?? null }];
    const end = (side: "lower" | "upper") => ({
      key: `${key}_${side}`,
      of: (cell: Cell | undefined): Json => boundsOf(cell)?.[side] ?? null,
    });
    return [...whole, ...(isBounded ? [end("lower"), end("upper")] : [])].map((part) => ({ ...part, at }));
  });
  return {
    keys: parts.map(({ key }) => key),
    rows: rows.map((row) => parts.map(({ at, of }) => of(row[at]))),
  };
}

/** The interval of a cell: its own where it is one, else that of its number; null where there is none. */
export function boundsOf(cell: Cell | undefined): RatioBounds | null {
  const { value = null, bounds = null } = cell ?? {};
  return typeof value === "object" && value !== null && "lower" in value && "upper" in value
    ? (value as Json & RatioBounds)
    : bounds;
}

/** A relation whose rows say where their numbers come from. */
export function withOrigin({ name, columns, rows }: Relation, origin: string): Relation {
  if (columns.some(({ key }) => key === "origin")) return { name, columns, rows };
  return {
    name,
    columns: [...columns, { key: "origin", title: "Origin", unit: null, kind: "text" }],
    rows: rows.map((row) => [...row, { value: origin }]),
  };
}

/** Rows of which nothing is known but the names of their columns; columns of numbers alone are columns of numbers. */
export function relationOfRows(name: string, titles: readonly string[], rows: readonly Json[][]): Relation {
  const keys: string[] = [];
  for (const title of titles) {
    let key = title;
    for (let count = 2; keys.includes(key); count += 1) key = `${title}_${count}`;
    keys.push(key);
  }
  return {
    name,
    columns: titles.map((title, at) => {
      const values = rows.flatMap((row) => row[at] ?? []);
      const isNumeric = values.length > 0 && values.every((value) => typeof value === "number");
      return { key: keys[at] ?? title, title, unit: null, kind: isNumeric ? "number" : "text", missing: "" };
    }),
    rows: rows.map((row) => titles.map((_, at) => ({ value: row[at] ?? null }))),
  };
}

type Of<Item> = ColumnOf<Item>["of"];

/** A column of words. */
export function text<Item>(key: string, title: string, of: Of<Item>): ColumnOf<Item> {
  return { key, title, unit: null, kind: "text", of };
}

/** A column of names and values as an engine or a matrix writes them. */
export function code<Item>(key: string, title: string, of: (item: Item) => Json | Cell): ColumnOf<Item> {
  return { key, title, unit: null, kind: "code", of: of as Of<Item> };
}

/** A column of numbers. */
export function number<Item>(
  key: string,
  title: string,
  of: Of<Item>,
  form: Partial<Omit<Column, "key" | "title" | "kind">> = {},
): ColumnOf<Item> {
  return { key, title, unit: null, kind: "number", ...form, of };
}

/** A column of ratios, shown as changes in per cent. */
export function change<Item>(key: string, title: string, of: Of<Item>, missing?: string): ColumnOf<Item> {
  return { key, title, unit: null, kind: "change", ...(missing === undefined ? {} : { missing }), of };
}

/** The 95 % interval of a column of ratios. */
export function interval<Item>(key: string, of: Of<Item>): ColumnOf<Item> {
  return { key, title: "95 % interval", unit: null, kind: "interval", of };
}

/** A column of corrected p. */
export function p<Item>(of: Of<Item>): ColumnOf<Item> {
  return { key: "p", title: "p", unit: null, kind: "p", of };
}

/** A column of one sign a trial: ✓ passed, ✗ failed, ? cannot be decided, · not checked; or of how many there are. */
export function glyphs<Item>(key: string, title: string, of: (item: Item) => string): ColumnOf<Item> {
  return { key, title, unit: null, kind: "glyphs", of };
}
