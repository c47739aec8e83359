import type { Relation } from "../relations/relation.ts";

/** A relation as a list of objects by the keys of its columns, with full precision. */
export function jsonTable({ columns, rows }: Relation): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ key }, at) => [key, row[at]?.value ?? null])));
  return `${JSON.stringify(objects, null, 1)}\n`;
}
