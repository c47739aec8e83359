import type { Rule } from "../rule.ts";
import { sharedLoads } from "../workload/shared-loads.ts";

/** Client chunks follow each other, which processes that share a load cannot see to. */
export const workersWithChunks: Rule = {
  code: "workers-with-chunks",
  severity: "error",
  check: (context) =>
    sharedLoads(
      context,
      ({ scenario, load }) => scenario === "offline" && load.batch_size !== undefined,
      ({ name }, workers) => ({
        message: `\`${name}\` sends chunks of \`load.batch_size\` one after the other, which ${workers} workers cannot do together`,
        hint: "leave out `load.workers`, or `load.batch_size`",
      }),
    ),
};
