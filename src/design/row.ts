import { assign, changedBetween } from "../schema/assignment.ts";
import type { Change } from "../schema/design.ts";
import { runsAlready } from "../schema/engine.ts";
import type { Row } from "../schema/experiment.ts";
import { defined, memberOf } from "../schema/json.ts";
import { scopeOf, wholeKnob, type Assignment } from "../schema/knob.ts";
import type { Study } from "../schema/study.ts";
import { sutOf, variesOnServer } from "../schema/sut.ts";

export function baselineRow(study: Study): Row {
  const { id, label, knobs } = study.baseline;
  const skip = lackingKnob(study, knobs) ?? undefined;
  const assignment = withoutUnset(knobs);
  return { id, label, assignment, changed: {}, against: null, ...defined({ skip }), pointer: "/baseline" };
}

/** A change on top of a row. What it sets to the value that is there already is not a change. */
export function changedRow(study: Study, change: Change, below: Row): Row {
  const { instead, sweep, compound } = change;
  const assignment = withoutUnset(assign(instead ?? below.assignment, change.set));
  const skip =
    change.skip ?? lackingKnob(study, instead === undefined ? change.set : assignment, assignment) ?? undefined;
  return {
    id: change.id,
    label: change.label,
    assignment,
    changed: changedBetween(assignment, below.assignment, change.set),
    against: below.id,
    ...defined({ compound, sweep, skip }),
    pointer: change.pointer,
  };
}

/** Why the engine of a row cannot run with these knobs; null where it can. `settings`: all of the row, which say the engine. */
export function lackingKnob(study: Study, knobs: Assignment, settings: Assignment = knobs): string | null {
  const { engine } = sutOf(study, settings);
  for (const [knob, value] of Object.entries(knobs)) {
    if (value !== null && runsAlready(engine) && !variesOnServer(knob))
      return `${engine.title} is not started by Ceteris, and ${knob} takes effect at a start`;
    if (value === null || scopeOf(knob) !== null) continue;
    const name = wholeKnob(knob);
    const definition = memberOf(engine.knobs, name);
    if (!definition) return `${engine.title} has no knob ${name}`;
    if (definition.unsupported !== undefined) return `${name}: ${definition.unsupported}`;
  }
  return null;
}

/** A knob that is set to null is a knob that is not set. */
export function withoutUnset(knobs: Assignment): Assignment {
  if (!Object.values(knobs).includes(null)) return knobs;
  return Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== null));
}
