import { meant } from "../nearest.ts";
import { pointerOf } from "../places.ts";
import type { Rule } from "../rule.ts";

/** A rule that leaves trials out by a statistic that the metric is not told by, `value` of a latency say: it would leave out none, in silence. */
export const unknownStatistic: Rule = {
  severity: "error",
  check: ({ study, metrics }) => [
    ...study.guardrails.flatMap(({ metric, stat }) => {
      const known = metrics?.get(metric);
      if (known === undefined || known.includes(stat)) return [];
      const isShort = study.locations.has(`/guardrails/${metric}`);
      return [
        {
          pointer: `/guardrails${pointerOf(isShort ? metric : `${metric}.${stat}`)}`,
          aim: "key" as const,
          message: `\`${metric}\` has no statistic \`${stat}\`${isShort ? ", which is meant where none is written" : ""}, so that this guardrail would guard nothing`,
          hint: `write it behind a point, \`${metric}.${known[0] ?? "value"}\`: ${meant(stat, known, true)}`,
        },
      ];
    }),
    ...study.exclusions.flatMap(({ metric, stat }, index) => {
      const known = metrics?.get(metric);
      if (known === undefined || known.includes(stat)) return [];
      const rule = `/exclude_trials/${index}`;
      const isWritten = study.locations.has(`${rule}/stat`);
      return [
        {
          pointer: isWritten ? `${rule}/stat` : `${rule}/metric`,
          aim: "value" as const,
          message: `\`${metric}\` has no statistic \`${stat}\`${isWritten ? "" : ", which is meant where `stat` is not written"}, so that this rule would leave out none`,
          hint: isWritten ? meant(stat, known, true) : `write \`stat\` beside it, ${meant(stat, known, true)}`,
        },
      ];
    }),
  ],
};
