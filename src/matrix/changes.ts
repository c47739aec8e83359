import { assign } from "../schema/assignment.ts";
import type { Change } from "../schema/design.ts";
import { sameJson, pointerOf, type Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
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
export function examineChanges(study: Study, valueOf: ValueOf): KnobChange[] {
  const { design } = study;
  if (design.factors !== undefined) return [];
  const baseline = study.baseline.knobs;
  let below: Assignment = { ...baseline };
  const movedBy = new Map<string, Change>();
  const found: KnobChange[] = [];
  for (const change of design.changes) {
    if (change.skip !== undefined) continue;
    if (design.cumulative !== true) below = { ...baseline };
    if (change.instead !== undefined) continue;
    const under = { ...below };
    for (const [knob, value] of Object.entries(change.set)) {
      const earlier = design.cumulative === true ? movedBy.get(knob) : undefined;
      const effect = effectOf(knob, value, { baseline, under, earlier, valueOf });
      found.push({ change, knob, value, pointer: `${change.pointer}/set${pointerOf(knob)}`, effect });
      below = assign(below, { [knob]: value });
      if (effect.kind === "moves") movedBy.set(knob, change);
      if (effect.kind === "undoes") movedBy.delete(knob);
    }
  }
  return found;
}

function effectOf(
  knob: string,
  value: Json,
  below: { baseline: Assignment; under: Assignment; earlier: Change | undefined; valueOf: ValueOf },
): KnobChange["effect"] {
  const { baseline, under, earlier, valueOf } = below;
  const now = valueOf({ [knob]: value }, knob);
  if (sameJson(now, valueOf(under, knob)) && (now !== undefined || !isSet(under, knob))) {
    if (earlier !== undefined) return { kind: "already", step: earlier };
    return { kind: isSet(under, knob) ? "baseline" : "default" };
  }
  if (earlier !== undefined && sameJson(now, valueOf(baseline, knob))) return { kind: "undoes", step: earlier };
  return { kind: "moves" };
}
