import type { Json } from "../../schema/json.ts";
import { text, relationOf, type Relation } from "../relations/relation.ts";
import type { Configuration } from "./configurations.ts";
import { placedLabels, type Place } from "./labels.ts";

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

/** The marks of a panel, each with what all of them have. */
export function marksOfPanel(shared: { readonly [member: string]: Json }, marks: readonly Mark[]): Mark[] {
  return marks.map(({ kind, ...own }) => ({ kind, ...shared, ...own }));
}

const shapes = ["circle", "triangle-up", "diamond", "cross"];

/** The shape of each configuration's points: of a baseline a square, of the first others that are named one of their own. */
export function shapesOf(configurations: readonly Configuration[]): (configuration: Configuration) => string {
  const named = configurations.filter(({ isNamed, decision }) => isNamed && decision !== "BASELINE");
  return (one) => (one.decision === "BASELINE" ? "square" : (shapes[named.indexOf(one)] ?? "circle"));
}

/** What a label says, and the points that it may stand beside, the best first. */
interface WantedMark<Point> {
  said: string;
  decision: string;
  beside: readonly Point[];
}

/** The labels that have room, each as a mark at its point; see `placedLabels`. */
export function labelMarks<Point extends { [member: string]: Json }>(
  wanted: readonly WantedMark<Point>[],
  placeOf: (point: Point) => Place,
  lines: readonly (readonly Place[])[],
  plot: { width: number; height: number },
): Mark[] {
  const labels = wanted.map(({ said, beside }) => ({ text: said, beside: beside.map(placeOf) }));
  const placed = placedLabels(labels, lines, plot);
  return wanted.flatMap(({ said, decision, beside }, index): Mark[] => {
    const place = placed[index];
    return place == null ? [] : [{ kind: "label", ...beside[place.at]!, said, decision, side: place.side }];
  });
}
