import type { Json } from "../../schema/json.ts";
import type { Relation } from "../relations/relation.ts";

/** The rows of a relation as objects. */
export function jsonRows({ columns, rows }: Relation): { [key: string]: Json }[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ key }, at) => [key, row[at]?.value ?? null])));
}

/** A relation as a list of objects by the keys of its columns, with full precision. */
export function jsonTable(relation: Relation): string {
  return `${JSON.stringify(jsonRows(relation), null, 1)}\n`;
}
