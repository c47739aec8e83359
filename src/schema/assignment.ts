import { asMap, memberAt, memberOf, sameJson, type Json } from "./json.ts";
import { knobMember, wholeKnob, type Assignment } from "./knob.ts";

/**
 * An assignment with other settings on top. A member of a knob that takes a map (`speculative_config.method`) is set within that
 * map, and the others of it stay. null takes a setting, or a member, back.
 */
export function assign(below: Assignment, set: Assignment): Assignment {
  const made: Assignment = { ...below };
  for (const [name, value] of Object.entries(set)) {
    const member = knobMember(name);
    if (member === null) made[name] = value;
    else made[member.knob] = withMember(memberOf(made, member.knob) ?? null, member.path.split("."), value);
  }
  return made;
}

/** What an assignment has for a setting, also for a member of a knob that takes a map; undefined where it says nothing of it. */
export function valueIn(assignment: Assignment, name: string): Json | undefined {
  const own = memberOf(assignment, name);
  if (own !== undefined) return own;
  const member = knobMember(name);
  return member === null ? undefined : memberAt(memberOf(assignment, member.knob), member.path);
}

/** What differs between an assignment and the one below it, by whole knobs: first what `set` names, in its order. */
export function changedBetween(above: Assignment, below: Assignment, set: Assignment = {}): Assignment {
  const first = Object.keys(set).map(wholeKnob);
  const changed: [string, Json][] = [];
  for (const name of new Set([...first, ...Object.keys(above), ...Object.keys(below)])) {
    const now = memberOf(above, name) ?? null;
    if (!sameJson(now, memberOf(below, name) ?? null)) changed.push([name, now]);
  }
  return Object.fromEntries(changed);
}

/** A map with a value at a path within it; null takes the member out. */
export function withMember(map: Json, [name = "", ...rest]: string[], value: Json): Json {
  const { [name]: inside = null, ...others } = asMap(map) ?? {};
  const set = rest.length === 0 ? value : withMember(inside, rest, value);
  return set === null ? others : { ...others, [name]: set };
}
