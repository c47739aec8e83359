import type { Experiment } from "../schema/experiment.ts";
import { declaredDevices } from "../schema/trial-spec.ts";

/** What experiments have in common that one launch can serve: the configuration, and the devices it is to use. */
export function launchOf({ configurationId, knobs }: Experiment): string {
  return `${configurationId} ${declaredDevices(knobs)}`;
}
