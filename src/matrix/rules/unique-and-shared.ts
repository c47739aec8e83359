import type { Rule, RuleFinding } from "../rule.ts";
import { datasetsWithPlaces, placeOfWorkload } from "../workload/workload-places.ts";

/** The members of datasets that make prompts begin alike. */
const shared = ["shared_prefix_tokens", "system_tokens"] as const;

/** A salt at the start of each prompt, and prompts that are made to begin alike: the salt undoes what is shared. */
export const uniqueAndShared: Rule = {
  code: "unique-and-shared",
  severity: "error",
  check: ({ study }) =>
    datasetsWithPlaces(study).flatMap(({ dataset: declared, workload, place }) => {
      if (!workload.unique) return [];
      const dataset = declared as Partial<Record<string, unknown>>;
      return shared.flatMap((member): RuleFinding[] => {
        if (Number(dataset[member] ?? 0) === 0) return [];
        const message = `\`unique: true\` undoes \`${member}\` of workload \`${workload.name}\`: with a salt before them, no two prompts begin alike`;
        const hint = `take out \`unique\`, or \`${member}\``;
        return [{ pointer: `${placeOfWorkload(place)}/unique`, aim: "key", message, hint }];
      });
    }),
};
