import type { Workload } from "./workload.ts";

/** A workload whose requests are all alike, under nobody's rules: the members that say nothing more. */
export const plainRequests = {
  ruleset: null,
  slo: null,
  cancel: null,
  classes: [],
  extraBody: {},
  promptLengths: "as_made",
  unique: false,
} satisfies Partial<Workload>;
