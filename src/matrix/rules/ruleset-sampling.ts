import { breachesOf } from "../rulesets/ruleset-breaches.ts";
import type { Rule } from "../rule.ts";

/** Answers that are sampled in another way than the ruleset says: they are other answers, of other lengths. */
export const rulesetSampling: Rule = {
  code: "ruleset-sampling",
  severity: "warning",
  check: (context) =>
    breachesOf(context, ({ workload }, { rulesetId, model, generation }) =>
      Object.entries(generation ?? {}).flatMap(([name, asked]) => {
        const value = workload.sampling[name as keyof typeof workload.sampling];
        if (value === asked) return [];
        const message = `\`sampling.${name}\` is ${value}, and ${rulesetId} samples ${model} with ${asked}`;
        return [{ knob: `sampling.${name}`, value, message, hint: "leave it out: the ruleset fills it" }];
      }),
    ),
};
