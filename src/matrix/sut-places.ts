import { sameJson, type Json } from "../schema/json.ts";
import type { Study } from "../schema/study.ts";
import type { sutMembers } from "../schema/sut.ts";
import { settingsOf } from "./settings.ts";

/** Where a study names a member of what it launches: the first setting that gives it this value, else its own `sut`. A JSON pointer. */
export function placeOfSut(study: Study, member: (typeof sutMembers)[number], value: Json): string {
  for (const { knob, values } of settingsOf(study)) {
    if (knob !== `sut.${member}`) continue;
    const found = values.find((one) => sameJson(one.value, value));
    if (found !== undefined) return found.pointer;
  }
  return `/sut/${member}`;
}
