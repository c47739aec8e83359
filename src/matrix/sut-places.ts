import type { Json } from "../schema/json.ts";
import type { Study } from "../schema/study.ts";
import type { settableSut } from "../schema/sut-file.ts";
import { placeOfValue, settingsOf } from "./settings.ts";

/** Where a study names a member of what it launches: the first setting that gives it this value, else its own `sut`. A JSON pointer. */
export function placeOfSut(study: Study, member: keyof typeof settableSut | "after_trial", value: Json): string {
  return placeOfValue(settingsOf(study), `sut.${member}`, value) ?? `/sut/${member}`;
}

/** Where a study names a version, its own by default, else its engine, whose file says it. */
export function placeOfVersion(study: Study, version: string | null = study.version): string {
  const place = placeOfSut(study, "version", version);
  return place !== "/sut/version" || study.locations.has(place) ? place : "/sut/engine";
}
