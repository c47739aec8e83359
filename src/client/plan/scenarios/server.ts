import { fail, succeed } from "../../../schema/result.ts";
import type { Scenario } from "../scenario.ts";
import { open } from "./open.ts";

/** LoadGen's Server, and Interactive with its tighter limits: an open loop whose schedule and samples are LoadGen's own, from the ruleset's seeds. */
export const server: Scenario = {
  ...open,

  isKeptWhole: false,

  most: () => null,

  schedule({ loadGenPlan = null, workload }) {
    if (loadGenPlan !== null) return succeed(loadGenPlan.scheduledNs);
    const message = `scenario ${workload.scenario} has no schedule: it takes a ruleset and a load.rate`;
    return fail("no-schedule", message, "Set `ruleset: mlperf-inference-v6.1/llama3.1-8b` and `load: { rate: 10 }`.");
  },
};
