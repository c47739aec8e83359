import { fail } from "../schema/result.ts";
import type { Workload } from "../schema/workload.ts";

/** The refusal where a workload wants token ids of what is text: a conversation's history is messages. Null where it does not. */
export function textOnly(what: string, workload: Workload): ReturnType<typeof fail> | null {
  if (workload.prompt === "text") return null;
  return fail(
    "dataset-is-text",
    `${what} cannot be sent as token ids, and the workload says \`prompt: ${workload.prompt}\``,
    "Set `prompt: text`, or leave it out.",
  );
}
