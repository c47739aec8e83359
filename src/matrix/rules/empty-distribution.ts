import type { Rule, RuleFinding } from "../rule.ts";
import { datasetsWithPlaces } from "../workload/workload-places.ts";

interface Range {
  min?: number;
  max?: number;
}

/** The members of datasets that say a distribution. */
const members = ["input_tokens", "output_tokens", "turns", "think_s"] as const;

/** Lengths between a smallest that is above the largest: there is none. */
export const emptyDistribution: Rule = {
  code: "empty-distribution",
  severity: "error",
  check: ({ study }) =>
    datasetsWithPlaces(study).flatMap(({ dataset: declared, workload, place }) => {
      const dataset = declared as Partial<Record<string, Range | string>>;
      return members.flatMap((member): RuleFinding[] => {
        const range = dataset[member];
        if (typeof range !== "object" || (range.min ?? 0) <= (range.max ?? Infinity)) return [];
        const message = `\`${member}\` of workload \`${workload.name}\` has no length: min ${range.min} is above max ${range.max}`;
        const hint = "swap them, or say `{ distribution: fixed, value: … }` for one length";
        return [{ pointer: `${place}/${member}/min`, aim: "value", message, hint }];
      });
    }),
};
