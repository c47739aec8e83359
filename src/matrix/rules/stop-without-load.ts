import { loadCurves } from "../../schema/load-curve.ts";
import type { Rule, RuleFinding } from "../rule.ts";

/** A stop rule where no load is swept: there is no curve that it could end. */
export const stopWithoutLoad: Rule = {
  code: "stop-without-load",
  severity: "error",
  check({ study, expansion }) {
    const curves = loadCurves(expansion.experiments);
    const swept = new Set(curves.map(({ points }) => points[0]!.member.labels.workload));
    const ofWorkloads = study.workloads.flatMap(({ name }, index) => {
      const pointer = `/workloads/${index}/stop`;
      const isLost = study.locations.has(pointer) && !swept.has(name);
      return isLost ? [findingAt(pointer, `workload \`${name}\` sweeps none`)] : [];
    });
    const isLost = study.locations.has("/stop") && swept.size === 0;
    return isLost ? [findingAt("/stop", "no workload sweeps one"), ...ofWorkloads] : ofWorkloads;
  },
};

function findingAt(pointer: string, what: string): RuleFinding {
  return {
    pointer,
    aim: "key",
    message: `\`stop\` ends a curve at a load, and ${what}`,
    hint: "sweep `load.concurrency` in a closed loop or `load.rate` in an open one: `sweep: { load.concurrency: [1, 4, 16, 64] }`; or take `stop` out",
  };
}
