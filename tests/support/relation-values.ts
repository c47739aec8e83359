import type { Json } from "../../src/schema/json.ts";
import type { Relation } from "../../src/report/relations/relation.ts";

/** The rows of a relation as objects: each column's value by its key. */
export function relationValues({ columns, rows }: Relation): { [key: string]: Json }[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ key }, at) => [key, row[at]?.value ?? null])));
}
