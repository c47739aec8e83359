import { meant } from "../nearest.ts";
import { pointerOf } from "../places.ts";
import type { Rule } from "../rule.ts";

/** A rule or a guardrail by a figure that no trial has: it would leave out nothing, or guard nothing, in silence. */
export const unknownMetric: Rule = {
  severity: "error",
  check: ({ study, metrics }) => {
    if (metrics === undefined) return [];
    const unknown = (metric: string, pointer: string, aim: "value" | "key", without: string) => ({
      pointer,
      aim,
      message: `no trial has a metric \`${metric}\`, so that ${without}`,
      hint: `${meant(metric, metrics.keys())} docs/metrics.md lists them`.trim(),
    });
    return [
      ...study.exclusions.flatMap(({ metric }, index) =>
        metrics.has(metric)
          ? []
          : [unknown(metric, `/exclude_trials/${index}/metric`, "value", "this rule would leave out none")],
      ),
      ...study.guardrails.flatMap(({ metric, stat }) => {
        const pointer = `/guardrails${pointerOf(study.locations.has(`/guardrails/${metric}`) ? metric : `${metric}.${stat}`)}`;
        return metrics.has(metric) ? [] : [unknown(metric, pointer, "key", "this guardrail would guard nothing")];
      }),
    ];
  },
};
