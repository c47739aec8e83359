import type { Workload } from "../../schema/workload.ts";
import type { Rule } from "../rule.ts";
import { sharedLoads } from "../workload/shared-loads.ts";

/** Scenarios in which a query goes when the one before it is over. */
const streams: ReadonlySet<Workload["scenario"]> = new Set(["single_stream", "multi_stream"]);

/** LoadGen's streams send one query after the other, which processes that share a load cannot see to. */
export const workersWithQueries: Rule = {
  code: "workers-with-queries",
  severity: "error",
  check: (context) =>
    sharedLoads(
      context,
      ({ scenario }) => streams.has(scenario),
      ({ name, scenario }, workers) => ({
        message: `a query of \`${name}\` (${scenario}) goes when the one before it is over, which ${workers} workers cannot see to`,
        hint: "leave out `load.workers`: one process keeps one query open with ease",
      }),
    ),
};
