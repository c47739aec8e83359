import { figuresNamed } from "../figures-named.ts";
import { meant } from "../yaml/nearest.ts";
import type { Rule } from "../rule.ts";

/** A rule or a guardrail by a figure that no trial has: it would leave out nothing, or guard nothing, in silence. */
export const unknownMetric: Rule = {
  code: "unknown-metric",
  severity: "error",
  check: ({ study, metrics }) =>
    metrics === undefined
      ? []
      : figuresNamed(study).flatMap(({ metric, pointer, aim, without }) =>
          metrics.has(metric)
            ? []
            : [
                {
                  pointer,
                  aim,
                  message: `no trial has a metric \`${metric}\`, so that ${without}`,
                  hint: `${meant(metric, metrics.keys())} docs/metrics.md lists them`.trim(),
                },
              ],
        ),
};
