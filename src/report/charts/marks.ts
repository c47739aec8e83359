import type { Json } from "../../schema/json.ts";
import { text, relationOf, type Relation } from "../relations/relation.ts";

/** What a specification draws beside a chart's relation: a row a mark, with whatever its `kind` has. */
export type Mark = { kind: string } & { [member: string]: Json };

/** The marks of each panel as rows, with its place (`panel_at`); a member that a mark lacks is null. */
export function marksRelation(name: string, panels: readonly (readonly Mark[])[]): Relation {
  const marks = panels.flatMap((own, at) => own.map((mark): Mark => ({ ...mark, panel_at: at })));
  const members = [...new Set(marks.flatMap((mark) => Object.keys(mark)))];
  return relationOf(
    name,
    marks,
    members.map((member) => text<Mark>(member, member, (mark) => ({ value: mark[member] ?? null }))),
  );
}
