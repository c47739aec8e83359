import { pointerOfSetting, type Axis } from "../schema/axis.ts";
import type { ComputedResult } from "../schema/computed.ts";
import { excludedParts } from "../schema/exclusion.ts";
import { sameJson, pointerOf, type Json } from "../schema/json.ts";
import { nameInScope } from "../schema/knob.ts";
import type { Study } from "../schema/study.ts";
import type { settableSut } from "../schema/sut-file.ts";
import type { Workload } from "../schema/workload.ts";

/** One place of a study that names a knob and gives it values. */
export interface Setting {
  knob: string;
  /** Leads to the knob: its key is the name. */
  pointer: string;
  values: SettingValue[];
  where: "baseline" | "row" | "factor" | "exclude" | "system" | "sweep";
}

export interface SettingValue {
  value: Json;
  pointer: string;
  /** Of a value that is computed (`settingsByValue`). */
  result?: ComputedResult;
}

/** Every setting of a study, in the order of the file's parts. Rows that are skipped may name what the engine does not know. */
export function settingsOf(study: Study): Setting[] {
  const { design } = study;
  const list: Setting[] = [];
  const addMap = (knobs: { [knob: string]: Json }, map: string, where: Setting["where"]) => {
    for (const [knob, value] of Object.entries(knobs)) {
      const pointer = map + pointerOf(knob);
      list.push({ knob, pointer, values: [{ value, pointer }], where });
    }
  };
  const addAxes = (axes: readonly Axis[], where: Setting["where"]) => {
    for (const axis of axes) {
      for (const knob of new Set(axis.points.flatMap(({ set }) => Object.keys(set)))) {
        const values = axis.points.flatMap((point) =>
          Object.hasOwn(point.set, knob)
            ? [{ value: point.set[knob]!, pointer: pointerOfSetting(axis, point, knob) }]
            : [],
        );
        list.push({ knob, pointer: axis.isNamed ? values[0]!.pointer : axis.pointer, values, where });
      }
    }
  };
  addMap(study.baseline.knobs, "/baseline/knobs", "baseline");
  for (const change of design.changes) {
    if (change.skip !== undefined) continue;
    if (change.instead !== undefined) addMap(change.instead, `${change.pointer}/knobs`, "row");
    addMap(change.set, `${change.pointer}/set`, "row");
    addAxes(change.sweep ?? [], "sweep");
  }
  addAxes(design.factors ?? [], "factor");
  const parts = new Set<string>([...excludedParts, ...namedAxes(study)]);
  for (const { match, pointer } of study.exclude) {
    const settings = Object.entries(match).filter(([part]) => !parts.has(part));
    for (const [knob, value] of settings) {
      const here = pointer + pointerOf(knob);
      // A list stands for each of its values, unless the setting has that very list somewhere.
      const isValue = (): boolean =>
        list.some((one) => one.knob === knob && one.values.some((other) => sameJson(other.value, value)));
      const values = Array.isArray(value) && !isValue() ? value : [value];
      list.push({
        knob,
        pointer: here,
        values: values.map((one) => ({ value: one, pointer: here })),
        where: "exclude",
      });
    }
  }
  for (const { set, pointer } of study.systems) {
    for (const [knob, value] of Object.entries(set)) {
      const member = nameInScope(knob, "sut");
      const here = pointer + (member === null ? pointerOf("knobs", knob) : pointerOf(member));
      list.push({ knob, pointer: here, values: [{ value, pointer: here }], where: "system" });
    }
  }
  addAxes(study.sweep, "sweep");
  for (const { sweep = [] } of study.workloads) addAxes(sweep, "sweep");
  return list;
}

/** The first place that names each knob, and in words how many others do: what is wrong with a name is said once. */
export function oncePerKnob(settings: readonly Setting[]): (Setting & { elsewhere: string })[] {
  const byKnob = Map.groupBy(settings, ({ knob }) => knob);
  return [...byKnob.values()].map((places) => {
    const more = places.length - 1;
    const elsewhere = more === 0 ? "" : ` (here and in ${more === 1 ? "another place" : `${more} other places`})`;
    return { ...places[0]!, elsewhere };
  });
}

/** True where every setting of a knob takes it back, by null: nothing of it reaches the engine. */
export function isOnlyTakenBack(settings: readonly Setting[], knob: string): boolean {
  return settings.every((one) => one.knob !== knob || one.values.every(({ value }) => value === null));
}

/** The first place that gives a knob this value; null where none does. */
export function placeOfValue(settings: readonly Setting[], knob: string, value: Json): string | null {
  const given = settings.flatMap((setting) => (setting.knob === knob ? setting.values : []));
  return given.find((one) => sameJson(one.value, value))?.pointer ?? null;
}

/** The workloads that a setting's place concerns: an axis of a workload's own is no other's. */
export function workloadsUnder(workloads: readonly Workload[], pointer: string): Workload[] {
  const own = workloads.find((_, index) => pointer.startsWith(`${pointerOf("workloads", index)}/`));
  return own === undefined ? [...workloads] : [own];
}

/** How an axis is kept from a workload that does not read it. */
export function narrowedTo(reader: Workload, knob: string, deaf: Workload): string {
  return `give the axis to the workloads that read it, \`sweep: { ${knob}: … }\` in \`${reader.name}\`, or \`exclude: [{ workload: ${deaf.name}, ${knob}: […] }]\``;
}

/** Every axis that a study writes: factors, and those of the sweep, also as rows and workloads narrow them. */
export function axesOfStudy({ design, sweep, workloads }: Study): Axis[] {
  return [
    ...(design.factors ?? []),
    ...sweep,
    ...design.changes.flatMap((change) => change.sweep ?? []),
    ...workloads.flatMap((workload) => workload.sweep ?? []),
  ];
}

function namedAxes(study: Study): string[] {
  return axesOfStudy(study).flatMap(({ name, isNamed }) => (isNamed ? [name] : []));
}

/** Where a study names a member of what it launches: the first setting that gives it this value, else its own `sut`. A JSON pointer. */
export function placeOfSut(study: Study, member: keyof typeof settableSut | "after_trial", value: Json): string {
  return placeOfValue(settingsOf(study), `sut.${member}`, value) ?? `/sut/${member}`;
}

/** Where a study names a version, its own by default, else its engine, whose file says it. */
export function placeOfVersion(study: Study, version: string | null = study.version): string {
  const place = placeOfSut(study, "version", version);
  return place !== "/sut/version" || study.locations.has(place) ? place : "/sut/engine";
}
