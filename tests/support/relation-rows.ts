import type { Relation } from "../../src/report/relations/relation.ts";
import type { Json } from "../../src/schema/json.ts";

/** The rows of a relation by their columns' keys. */
export function rowsOf({ columns, rows }: Relation): { [key: string]: Json }[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ key }, at) => [key, row[at]?.value ?? null])));
}
