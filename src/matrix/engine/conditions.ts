import type { Condition } from "../../schema/engine-file.ts";
import { valueIn } from "../../schema/assignment.ts";
import { sameJson, type Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";

/** What is in force for a knob: what is set, else the engine's default, else undefined. A null that is set means: not set. */
export type ValueOf = (assignment: Assignment, knob: string) => Json | undefined;

/** True where all conditions of a list hold. A comparison with something that is no number does not hold. */
export function allHold(conditions: readonly Condition[], assignment: Assignment, valueOf: ValueOf): boolean {
  return conditions.every((condition) => holds(condition, assignment, valueOf));
}

function holds(condition: Condition, assignment: Assignment, valueOf: ValueOf): boolean {
  const value = valueOf(assignment, condition.knob);
  if (condition.declared !== undefined && isSet(assignment, condition.knob) !== condition.declared) return false;
  if (condition.is !== undefined && !sameJson(value ?? null, condition.is as Json)) return false;
  if (condition.in !== undefined && !condition.in.some((one) => sameJson(value ?? null, one as Json))) return false;
  const limit = (bound: number | string) => (typeof bound === "number" ? bound : valueOf(assignment, bound));
  if (condition.below !== undefined && !isLess(value, limit(condition.below))) return false;
  return condition.above === undefined || isLess(limit(condition.above), value);
}

export function isSet(assignment: Assignment, knob: string): boolean {
  return (valueIn(assignment, knob) ?? null) !== null;
}

function isLess(one: Json | undefined, other: Json | undefined): boolean {
  return typeof one === "number" && typeof other === "number" && one < other;
}

/** The knobs that a list of conditions speaks of, each once. */
export function knobsOf(conditions: readonly Condition[]): string[] {
  const named = conditions.flatMap(({ knob, below, above }) => [knob, below, above]);
  return [...new Set(named.filter((name) => typeof name === "string"))];
}
