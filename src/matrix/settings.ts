import type { Json } from "../schema/json.ts";
import { pointerOf } from "../schema/json-pointer.ts";
import type { Study } from "../schema/study.ts";

/** One place of a study that names a knob and gives it values. */
export interface Setting {
  knob: string;
  /** Leads to the knob: its key is the name. */
  pointer: string;
  values: { value: Json; pointer: string }[];
  where: "baseline" | "row" | "factor" | "exclude" | "sweep";
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
  const addFactors = (factors: typeof study.sweep, where: Setting["where"]) => {
    for (const { knob, values, pointer } of factors) {
      list.push({
        knob,
        pointer,
        values: values.map((value, index) => ({ value, pointer: `${pointer}/${index}` })),
        where,
      });
    }
  };
  addMap(study.baseline.knobs, "/baseline/knobs", "baseline");
  for (const change of design.changes) {
    if (change.skip === undefined) addMap(change.set, `${change.pointer}/set`, "row");
  }
  addFactors(design.factors ?? [], "factor");
  for (const { match, pointer } of design.exclude ?? []) addMap(match, pointer, "exclude");
  addFactors(study.sweep, "sweep");
  return list;
}
