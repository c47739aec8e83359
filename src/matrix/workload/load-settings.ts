import { sameJson, type Json } from "../../schema/json.ts";
import { pointerOf } from "../../schema/json-pointer.ts";
import type { LintContext } from "../rule.ts";
import type { Setting } from "../settings.ts";

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
    for (const setting of settings) {
      if (setting.where !== where || setting.knob !== `load.${knob}`) continue;
      const place = setting.values.find((one) => sameJson(one.value, value));
      if (place !== undefined) return place.pointer;
    }
  }
  const index = study.workloads.findIndex(({ name }) => name === workload);
  return pointerOf("workloads", index, "load", knob);
}
