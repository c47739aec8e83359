import { meant } from "../nearest.ts";
import type { Rule } from "../rule.ts";

/** A rule that leaves trials out by a figure that no trial has: it would leave out none, in silence. */
export const unknownMetric: Rule = {
  severity: "error",
  check: ({ study, metrics }) =>
    study.exclusions.flatMap(({ metric }, index) =>
      metrics === undefined || metrics.has(metric)
        ? []
        : [
            {
              pointer: `/exclude_trials/${index}/metric`,
              aim: "value",
              message: `no trial has a metric \`${metric}\`, so that this rule would leave out none`,
              hint: `${meant(metric, metrics.keys())} docs/metrics.md lists them`.trim(),
            },
          ],
    ),
};
