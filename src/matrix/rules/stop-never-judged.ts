import { countText } from "../../math/figures.ts";
import { minimumSampleFor } from "../../math/quantile.ts";
import { oncePerPlace, type Rule, type RuleFinding } from "../rule.ts";

/** A percentile that a workload's trials are too small to have: the rule would end nothing, in silence. */
export const stopNeverJudged: Rule = {
  code: "stop-never-judged",
  severity: "warning",
  check({ study }) {
    const found: RuleFinding[] = [];
    for (const [index, { name, stop = [], counts }] of study.workloads.entries()) {
      const { requests, seconds = 0 } = counts[study.fidelity];
      if (seconds > 0) continue;
      for (const { name: figure, stat } of stop) {
        const percentile = /^p([\d.]+)$/.exec(stat)?.[1];
        const needed = percentile === undefined ? 0 : minimumSampleFor(Number(percentile) / 100);
        const own = `/workloads/${index}/stop/${figure}`;
        const pointer = study.locations.has(own) ? own : `/stop/${figure}`;
        if (requests >= needed) continue;
        found.push({
          pointer,
          aim: "key",
          message: `\`${figure}\` never ends a curve of workload \`${name}\`: a trial has ${countText(requests, "request")} at fidelity ${study.fidelity}, and ${stat} needs ${needed}`,
          hint: `raise \`counts.${study.fidelity}.requests\` of the workload, or stop at a lower percentile (p50 needs ${minimumSampleFor(0.5)})`,
        });
      }
    }
    return oncePerPlace(found);
  },
};
