import { workloadsWithPlaces } from "../workload/workload-places.ts";
import type { Rule } from "../rule.ts";

/** Token ids are as many as they are: there is nothing for an engine to measure. */
export const lengthsOfTokenIds: Rule = {
  code: "lengths-of-token-ids",
  severity: "warning",
  check: ({ study }) =>
    workloadsWithPlaces(study).flatMap(({ workload: { name, prompt, promptLengths }, place }) => {
      if (promptLengths === "as_made" || prompt !== "tokens") return [];
      const message = `\`prompt_lengths: ${promptLengths}\` does nothing for \`${name}\`: it sends token ids, which are as many as they are`;
      const hint = "leave it out, or set `prompt: text` for texts of exactly that many tokens";
      return [{ pointer: `${place}/prompt_lengths`, aim: "key", message, hint }];
    }),
};
