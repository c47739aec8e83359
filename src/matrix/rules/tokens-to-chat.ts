import { workloadsWithPlaces } from "../workload/workload-places.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { isOfConversations } from "./conversation-of-tokens.ts";

/** Token ids for the chat endpoint, which takes messages: the engine would be started, and every trial would FAIL. */
export const tokensToChat: Rule = {
  code: "tokens-to-chat",
  severity: "error",
  check: ({ study }) =>
    workloadsWithPlaces(study).flatMap(({ workload, place }): RuleFinding[] => {
      if (workload.endpoint !== "chat" || workload.prompt !== "tokens" || isOfConversations(workload)) return [];
      const message = `workload \`${workload.name}\` sends token ids, and the chat endpoint takes messages of text`;
      const hint = "leave `prompt` out, or set `endpoint: completions`, which takes token ids";
      return [{ pointer: `${place}/prompt`, aim: "value", message, hint }];
    }),
};
