import { figuresNamed } from "../figures-named.ts";
import { meant } from "../yaml/nearest.ts";
import type { Rule } from "../rule.ts";

/** A rule or a guardrail by a statistic that the metric does not have, `value` of a latency say: it would leave out nothing, or guard nothing, in silence. */
export const unknownStatistic: Rule = {
  code: "unknown-statistic",
  severity: "error",
  check: ({ study, metrics }) =>
    figuresNamed(study).flatMap(({ metric, stat, statPointer, pointer, aim, unwritten, without }) => {
      const known = metrics?.get(metric);
      if (known === undefined || known.includes(stat)) return [];
      const isWritten = statPointer !== null;
      return [
        {
          pointer: statPointer ?? pointer,
          aim,
          message: `\`${metric}\` has no statistic \`${stat}\`${isWritten ? "" : `, which is meant ${unwritten.meant}`}, so that ${without}`,
          hint: `${isWritten ? "" : unwritten.hint}${meant(stat, known, true)}`,
        },
      ];
    }),
};
