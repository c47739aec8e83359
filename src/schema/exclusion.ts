import { valueIn } from "./assignment.ts";
import { memberOf, sameJson, type Json } from "./json.ts";
import type { Assignment } from "./knob.ts";

/** What a matrix leaves out: every cell that has all of these. A list stands for each of its values. */
export interface Exclusion {
  match: Assignment;
  pointer: string;
}

/** The words of an exclusion that name a part of the matrix, and no setting: beside these the names of named axes. */
export const excludedParts = ["row", "workload", "system"] as const;

/** A cell: its settings, and the names of its row, workload, system and named points. */
export interface ExcludableCell {
  settings: Assignment;
  names: { readonly [part: string]: string };
}

/** True where an exclusion names this cell. One without a member names all. */
export function isExcluded({ match }: Exclusion, { settings, names }: ExcludableCell): boolean {
  return Object.entries(match).every(([part, wanted]) => {
    const name = memberOf(names, part);
    return (name !== undefined && isAmong(name, wanted)) || isAmong(valueIn(settings, part) ?? null, wanted);
  });
}

function isAmong(value: Json, wanted: Json): boolean {
  return sameJson(value, wanted) || (Array.isArray(wanted) && wanted.some((one) => sameJson(value, one)));
}
