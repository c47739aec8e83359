import { workloadsWithPlaces } from "../workload/workload-places.ts";
import type { Rule } from "../rule.ts";

/** Prompts that a salt changes, where the ruleset says which samples are asked and how often. */
export const rulesetPrompts: Rule = {
  code: "ruleset-prompts",
  severity: "error",
  check: ({ study }) =>
    workloadsWithPlaces(study).flatMap(({ workload: { ruleset, unique, name }, place }) => {
      if (ruleset === null || !unique) return [];
      const message = `\`unique\` changes the prompts of \`${name}\`, and ${ruleset.rulesetId} asks its samples as they are`;
      const hint = "leave `unique` out; `enable_prefix_caching: false` keeps the cache of prefixes from helping";
      return [{ pointer: `${place}/unique`, aim: "key", message, hint }];
    }),
};
