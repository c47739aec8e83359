import type { Rule } from "../rule.ts";
import { sharedLoads } from "../workload/shared-loads.ts";

/** A cap on what is open in an open loop: processes that share a load do not know when a request of another has ended. */
export const workersWithCap: Rule = {
  code: "workers-with-cap",
  severity: "error",
  check: (context) =>
    sharedLoads(
      context,
      ({ scenario, load }) => scenario === "open" && load.max_in_flight !== undefined,
      ({ name }, workers) => ({
        message: `\`${name}\` keeps at most \`load.max_in_flight\` requests open, which ${workers} workers cannot count together`,
        hint: "leave out `load.workers`, or `load.max_in_flight`",
      }),
    ),
};
