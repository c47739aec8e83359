import { usedDatasets, type Workload } from "../../schema/workload.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { workloadsWithPlaces } from "../workload/workload-places.ts";

/** Conversations as token ids: an answer comes back as text, and has to go into the next turn. ShareGPT's file is text anyway. */
export const conversationOfTokens: Rule = {
  code: "conversation-of-tokens",
  severity: "error",
  check: ({ study }) =>
    workloadsWithPlaces(study).flatMap(({ workload, place }): RuleFinding[] => {
      if (workload.prompt !== "tokens" || !isOfConversations(workload)) return [];
      const message = `workload \`${workload.name}\` has conversations, which are sent as text, and \`prompt: tokens\``;
      const hint = "set `prompt: text`, or leave `prompt` out";
      return [{ pointer: `${place}/prompt`, aim: "value", message, hint }];
    }),
};

/** True of workloads with a dataset whose samples are messages. */
export function isOfConversations(workload: Pick<Workload, "dataset" | "classes">): boolean {
  return usedDatasets(workload).some(({ dataset: { kind } }) => kind === "conversations" || kind === "sharegpt");
}
