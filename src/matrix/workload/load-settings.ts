import type { Json } from "../../schema/json.ts";
import { pointerOf } from "../../schema/json-pointer.ts";
import type { LintContext } from "../rule.ts";
import { placeOfValue, type Setting } from "../settings.ts";

/** What is said nearer to a trial wins: the sweep over rows and factors, these over the baseline, that over the workload. */
const nearestFirst: Setting["where"][] = ["sweep", "row", "factor", "baseline"];

/** Pointer to the place that gives a load knob (its name without `load.`) the value that an experiment of the workload ends up with. */
export function loadSettingPlace(
  { study, settings }: Pick<LintContext, "study" | "settings">,
  workload: string,
  knob: string,
  value: Json,
): string {
  for (const where of nearestFirst) {
    const near = settings.filter((setting) => setting.where === where);
    const place = placeOfValue(near, `load.${knob}`, value);
    if (place !== null) return place;
  }
  const index = study.workloads.findIndex(({ name }) => name === workload);
  return pointerOf("workloads", index, "load", knob);
}
