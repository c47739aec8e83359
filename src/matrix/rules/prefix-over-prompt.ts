import { longestLength } from "../../schema/answer-lengths.ts";
import { lengthProfiles } from "../../schema/length-profiles.ts";
import { usedDatasets } from "../../schema/workload.ts";
import { oncePerPlace, type Rule, type RuleFinding } from "../rule.ts";
import { datasetMemberPlace, experimentWorkloads, userName } from "../workload/experiment-workloads.ts";

/** A shared prefix that leaves no prompt a token of its own: prompts would be longer than declared, and all nearly alike. */
export const prefixOverPrompt: Rule = {
  code: "prefix-over-prompt",
  severity: "error",
  check(context) {
    const found: RuleFinding[] = [];
    for (const { workload, place } of experimentWorkloads(context)) {
      for (const used of usedDatasets(workload)) {
        const { dataset } = used;
        if (dataset.kind !== "synthetic") continue;
        const prefix = dataset.shared_prefix_tokens ?? 0;
        const longest = longestLength(dataset.input_tokens ?? lengthProfiles[dataset.profile ?? "chat"].input);
        // A distribution that lacks its bound has its diagnostic.
        if (prefix === 0 || !(prefix >= longest)) continue;
        const pointer = datasetMemberPlace(context, { workload, place }, used, "shared_prefix_tokens");
        const message = `${userName(workload, used)} shares a prefix of ${prefix} tokens, and its prompts have ${longest} at most, the prefix among them`;
        const hint = `lower \`shared_prefix_tokens\`, or raise \`input_tokens\` above ${prefix}: it counts the whole prompt`;
        found.push({ pointer, aim: "value", message, hint });
      }
    }
    return oncePerPlace(found);
  },
};
