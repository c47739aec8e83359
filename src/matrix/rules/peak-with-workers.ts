import { hasOneRate } from "../../schema/workload.ts";
import type { Rule } from "../rule.ts";
import { sharedLoads } from "../shared-loads.ts";

/** Several processes do not know what the others missed: no probe of theirs is given up early. */
export const peakWithWorkers: Rule = {
  severity: "info",
  check: (context) =>
    context.study.peak === null
      ? []
      : sharedLoads(context, hasOneRate).map(({ pointer, workload, workers }) => ({
          pointer,
          aim: "key" as const,
          message: `the probes of \`${workload.name}\` run their whole schedule: with ${workers} workers none is given up when its tail is spent`,
          hint: "leave `load.workers` out where one process keeps up; a search is then shorter",
        })),
};
