import type { Change } from "../schema/design.ts";
import type { Row } from "../schema/experiment.ts";
import { memberOf, sameJson } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import type { Study } from "../schema/study.ts";

export function baselineRow(study: Study): Row {
  const { id, label, knobs } = study.baseline;
  const lacking = lackingKnob(study, knobs);
  return {
    id,
    label,
    assignment: withoutUnset(knobs),
    changed: {},
    against: null,
    ...(lacking === null ? {} : { skip: lacking }),
    pointer: "/baseline",
  };
}

/** A change on top of a row. What it sets to the value that is there already is not a change. */
export function changedRow(study: Study, change: Change, below: Row): Row {
  const skip = change.skip ?? lackingKnob(study, change.set) ?? undefined;
  const changed = Object.fromEntries(
    Object.entries(change.set).filter(([knob, value]) => !sameJson(memberOf(below.assignment, knob) ?? null, value)),
  );
  return {
    id: change.id,
    label: change.label,
    assignment: withoutUnset({ ...below.assignment, ...change.set }),
    changed,
    against: below.id,
    ...(change.compound === undefined ? {} : { compound: change.compound }),
    ...(skip === undefined ? {} : { skip }),
    pointer: change.pointer,
  };
}

/** Why this SUT cannot run with these knobs; null where it can. */
export function lackingKnob(study: Study, knobs: Assignment): string | null {
  for (const [knob, value] of Object.entries(knobs)) {
    if (value === null) continue;
    if (/^(load|sampling|env)\./.test(knob)) continue;
    const definition = memberOf(study.engine.knobs, knob);
    if (!definition) return `${study.engine.title} has no knob ${knob}`;
    if (definition.unsupported !== undefined) return `${knob}: ${definition.unsupported}`;
  }
  return null;
}

/** A knob that is set to null is a knob that is not set. */
export function withoutUnset(knobs: Assignment): Assignment {
  return Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== null));
}
