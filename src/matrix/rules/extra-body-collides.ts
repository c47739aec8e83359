import { memberOf } from "../../schema/json.ts";
import { pointerOf } from "../../schema/json-pointer.ts";
import { Sampling } from "../../schema/workload.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { classesWithPlaces, workloadsWithPlaces } from "../workload/workload-places.ts";

/** Members of a body that the client writes itself, and how the matrix says them. A test holds this against the body. */
export const ownBodyMembers: Readonly<Record<string, string>> = {
  model: "the study's model is sent; a class says another by `model`",
  prompt: "the dataset says what is asked",
  messages: "the dataset says what is asked",
  stream: "every answer is streamed, since times are of tokens",
  stream_options: "the server's token counts are always asked for; the engine file's `request_fields` may add options",
  priority: "a class says it by `priority`",
  truncate_prompt_tokens: "set `load.truncate_prompt_tokens`",
  ...Object.fromEntries(Object.keys(Sampling.properties).map((name) => [name, `set \`sampling.${name}\``])),
};

/** A member of `extra_body` that the client writes itself: it would be hashed and shown, and not sent. */
export const extraBodyCollides: Rule = {
  code: "extra-body-collides",
  severity: "error",
  check: ({ study }) =>
    [
      ...workloadsWithPlaces(study).map(({ workload, place }) => ({ extra: workload.extraBody, place })),
      ...classesWithPlaces(study).map(({ requestClass, place }) => ({ extra: requestClass.extra_body ?? {}, place })),
    ].flatMap(({ extra, place }) =>
      Object.keys(extra).flatMap((member): RuleFinding[] => {
        const instead = memberOf(ownBodyMembers, member);
        if (instead === undefined) return [];
        const message = `\`extra_body\` may not replace \`${member}\`: the client writes it into every request itself`;
        return [{ pointer: `${place}${pointerOf("extra_body", member)}`, aim: "key", message, hint: instead }];
      }),
    ),
};
