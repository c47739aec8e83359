import type { Json } from "../../schema/json.ts";
import { flatRelation, type Relation } from "../relations/relation.ts";

/** The rows of a relation as objects: an interval is two members. */
export function jsonRows(relation: Relation): { [key: string]: Json }[] {
  const { keys, rows } = flatRelation(relation);
  return rows.map((row) => Object.fromEntries(keys.map((key, at) => [key, row[at] ?? null])));
}

/** A relation as a list of objects by the keys of its columns, with full precision. */
export function jsonTable(relation: Relation): string {
  return `${JSON.stringify(jsonRows(relation), null, 1)}\n`;
}
