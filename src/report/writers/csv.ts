import type { Json } from "../../schema/json.ts";
import { isBounds } from "../cell-text.ts";
import type { Relation } from "../relations/relation.ts";

/** A relation as CSV (RFC 4180) with full precision; an interval is two columns. */
export function csvTable({ columns, rows }: Relation): string {
  const header = columns.flatMap(({ key, kind }) => (kind === "interval" ? [`${key}_lower`, `${key}_upper`] : [key]));
  const lines = rows.map((row) =>
    columns.flatMap(({ kind }, at) => {
      const value = row[at]?.value ?? null;
      if (kind !== "interval") return [exact(value)];
      return isBounds(value) ? [String(value.lower), String(value.upper)] : ["", ""];
    }),
  );
  return [header, ...lines].map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

function exact(value: Json): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
