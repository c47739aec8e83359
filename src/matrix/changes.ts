import { assign, valueIn } from "../schema/assignment.ts";
import { expressionOf } from "../schema/computed.ts";
import type { Change } from "../schema/design.ts";
import { cellName, type Expansion } from "../schema/experiment.ts";
import { sameJson, pointerOf, type Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import { onceEach } from "../schema/once-each.ts";
import type { Study } from "../schema/study.ts";
import { isSet, type ValueOf } from "./engine/conditions.ts";

/** What one knob of a row does to what the row stands on. */
export interface KnobChange {
  change: Change;
  knob: string;
  value: Json;
  pointer: string;
  effect:
    | { kind: "moves" }
    /** It has that value already, from the baseline. */
    | { kind: "baseline" }
    /** Nothing below sets it, and the value is what the engine or the workload has anyway. */
    | { kind: "default" }
    /** An earlier step set the same. */
    | { kind: "already"; step: Change }
    /** An earlier step moved it, and this takes it back. */
    | { kind: "undoes"; step: Change };
}

/**
 * Each knob that each row of a design sets, beside what it is measured against. Skipped rows are left out: nothing stands on
 * them. Rows beside factors may move what they like, so there are none.
 */
export function examineChanges(study: Study, valueOf: ValueOf, expansion: Expansion): KnobChange[] {
  const { design } = study;
  if (design.factors !== undefined) return [];
  const baseline: Stand = { row: study.baseline.id, assignment: study.baseline.knobs };
  const isSame = comparison(valueOf, expansion);
  let below = baseline;
  const movedBy = new Map<string, Change>();
  const found: KnobChange[] = [];
  for (const change of design.changes) {
    if (change.skip !== undefined) continue;
    if (design.cumulative !== true) below = baseline;
    if (change.instead !== undefined) continue;
    const under = below;
    for (const [knob, value] of Object.entries(change.set)) {
      const earlier = design.cumulative === true ? movedBy.get(knob) : undefined;
      const now = { row: change.id, assignment: { [knob]: value } };
      const effect = effectOf(knob, now, { baseline, under, earlier, isSame });
      found.push({ change, knob, value, pointer: `${change.pointer}/set${pointerOf(knob)}`, effect });
      below = { row: change.id, assignment: assign(below.assignment, { [knob]: value }) };
      if (effect.kind === "moves") movedBy.set(knob, change);
      if (effect.kind === "undoes") movedBy.delete(knob);
    }
  }
  return found;
}

function effectOf(
  knob: string,
  now: Stand,
  below: { baseline: Stand; under: Stand; earlier: Change | undefined; isSame: ReturnType<typeof comparison> },
): KnobChange["effect"] {
  const { baseline, under, earlier, isSame } = below;
  if (isSame(knob, now, under)) {
    if (earlier !== undefined) return { kind: "already", step: earlier };
    return { kind: isSet(under.assignment, knob) ? "baseline" : "default" };
  }
  if (earlier !== undefined && isSame(knob, now, baseline)) return { kind: "undoes", step: earlier };
  return { kind: "moves" };
}

/** What a row sets, or all that it stands on. */
interface Stand {
  row: string;
  assignment: Assignment;
}

/** True where a knob is the same in both: what is computed, in each experiment of the first. */
function comparison(valueOf: ValueOf, { experiments }: Expansion): (knob: string, one: Stand, other: Stand) => boolean {
  const cellsOf = onceEach(
    (row: string) =>
      new Map(experiments.flatMap(({ labels, knobs }) => (labels.row === row ? [[cellName(labels), knobs]] : []))),
  );
  return (knob, one, other) => {
    const [now, then] = [valueOf(one.assignment, knob), valueOf(other.assignment, knob)];
    if (expressionOf(now) === null && expressionOf(then) === null)
      return sameJson(now, then) && (now !== undefined || !isSet(other.assignment, knob));
    const cells = [...cellsOf(one.row)];
    return (
      cells.length > 0 &&
      cells.every(([cell, knobs]) => {
        const above = expressionOf(now) === null ? now : valueIn(knobs, knob);
        const below = expressionOf(then) === null ? then : valueIn(cellsOf(other.row).get(cell) ?? {}, knob);
        return above !== undefined && sameJson(above, below);
      })
    );
  };
}
