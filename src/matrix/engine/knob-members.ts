import { asMap, memberOf, pointerOf, type Json } from "../../schema/json.ts";
import { knobMember } from "../../schema/knob.ts";
import { type KnobMember } from "../../schema/knob-definition.ts";
import type { Setting, SettingValue } from "../settings.ts";
import { nearest } from "../yaml/nearest.ts";
import type { CheckedKnob, KnobCatalogue } from "./knob-catalogue.ts";

/** All that the map of a knob may hold, by dotted path. */
type Members = Readonly<Record<string, KnobMember>>;

/** A member as a matrix writes it, within the map of its knob or by its dotted path. */
export interface WrittenMember extends SettingValue {
  /** From the knob on: `pass_config.fuse_norm_quant`. */
  path: string;
  /** Null where the knob's map has no such member. */
  known: CheckedKnob | null;
}

/** The members that a value of a knob holds, outermost first. None of a knob that may hold anything, and none below a member that may. */
export function writtenMembers(
  members: Members | undefined,
  value: Json,
  pointer: string,
  above = "",
): WrittenMember[] {
  const map = asMap(value);
  if (members === undefined || map === null) return [];
  return Object.entries(map).flatMap(([name, own]): WrittenMember[] => {
    const path = above + name;
    const here = pointer + pointerOf(name);
    const known = memberNamed(members, path);
    const below = known !== null && hasMembers(members, path) ? writtenMembers(members, own, here, `${path}.`) : [];
    return [{ path, value: own, pointer: here, known }, ...below];
  });
}

/** A member of a knob by its path. Null where its map has none of that name; anything goes below a member that may hold anything. */
export function memberNamed(members: Members, path: string): CheckedKnob | null {
  const own = memberOf(members, path);
  if (own !== undefined) {
    const { type = "any", ...rest } = own;
    return { definition: { type, ...rest }, greaterThan: null };
  }
  const outer = path.slice(0, Math.max(0, path.lastIndexOf(".")));
  const isFree = outer !== "" && memberNamed(members, outer) !== null && !hasMembers(members, outer);
  return isFree ? { definition: { type: "any" }, greaterThan: null } : null;
}

/** The member that was meant by a name that its map does not have; null where none is near. */
export function meantMember(members: Members, path: string): string | null {
  return nearest(path, siblingsOf(members, path));
}

/** The members beside a path: those of the same map. */
export function siblingsOf(members: Members, path: string): string[] {
  const outer = path.slice(0, path.lastIndexOf(".") + 1);
  return Object.keys(members).filter((name) => name.startsWith(outer) && !name.slice(outer.length).includes("."));
}

/** Knobs in whose map a setting misspells a member: what is lacking there is no mistake of its own. */
export function misspelledMaps(settings: readonly Setting[], catalogue: KnobCatalogue): Set<string> {
  const found = settings.flatMap(({ knob, values }) => {
    const setting = membersOfSetting(knob, values, catalogue);
    const isMeant = ({ path, known }: WrittenMember): boolean =>
      known === null && setting !== null && meantMember(setting.members, path) !== null;
    return setting?.written.some(isMeant) === true ? [setting.whole] : [];
  });
  return new Set(found);
}

function hasMembers(members: Members, path: string): boolean {
  return Object.keys(members).some((name) => name.startsWith(`${path}.`));
}

/** Every member of which a setting speaks, with the knob that it belongs to: those in its map, and itself where it is a dotted path. */
export function membersOfSetting(
  knob: string,
  values: Setting["values"],
  catalogue: KnobCatalogue,
): { whole: string; members: Members; written: WrittenMember[] } | null {
  const member = knobMember(knob);
  const whole = member?.knob ?? knob;
  const members = catalogue.find(whole)?.definition.members;
  if (members === undefined) return null;
  const above = member === null ? "" : `${member.path}.`;
  const isClosed = member === null || hasMembers(members, member.path);
  const below = isClosed ? values.flatMap(({ value, pointer }) => writtenMembers(members, value, pointer, above)) : [];
  if (member === null) return { whole, members, written: below };
  const own = values.map((one) => ({ ...one, path: member.path, known: memberNamed(members, member.path) }));
  return { whole, members, written: [...own, ...below] };
}
