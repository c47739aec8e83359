import { Type, type Static, type TString } from "typebox";
import { forcesLengths, type Dialect } from "./dialect.ts";
import { partial } from "./strict-object.ts";
import { Sampling, type RequestClass, type Workload } from "./workload.ts";

/** Members of a request beside those that every server takes. `token_ids` is no member: a prompt that is a list of ids. */
export const dialectMembers = [
  ...(Object.keys(Sampling.properties) as (keyof Sampling)[]),
  "priority",
  "truncate_prompt_tokens",
  "token_ids",
] as const;
export type DialectMember = (typeof dialectMembers)[number];

/** A text of each member that has one. */
const textByMember = Object.fromEntries(dialectMembers.map((member) => [member, Type.String()])) as {
  [Member in DialectMember]: TString;
};

/** What an engine's requests lack of vLLM's or name otherwise: nothing where it is empty. */
export const DialectFile = partial(
  {
    lacks: partial(textByMember, "members that are not sent, and why: min_tokens: it has no such member"),
    names: partial(textByMember, "members that it names otherwise: max_tokens: max_completion_tokens"),
    top_k_of_all: Type.Integer({
      description: "the `top_k` that draws from every token, where 0 and -1 are not one: 0",
    }),
  },
  "how its requests differ from vLLM's",
);
export type DialectFile = Static<typeof DialectFile>;

/**
 * Members that decide what is answered under this sampling and workload, and that the engine is not sent. A member at the
 * value that changes nothing (`top_p: 1`, a seed of a greedy answer) is none. `isForced`: lengths of answers are asked for.
 */
export function unsentMembers(
  dialect: Dialect,
  sampling: Workload["sampling"],
  parts: {
    isForced: boolean;
    prompt: Workload["prompt"];
    load: Workload["load"];
    requestClass: Pick<RequestClass, "priority"> | null;
  },
): DialectMember[] {
  const draws = sampling.temperature > 0 && sampling.top_k !== 1;
  const forced = parts.isForced && !forcesLengths(dialect);
  const decides: Readonly<Record<DialectMember, boolean>> = {
    temperature: sampling.temperature > 0,
    top_p: draws && sampling.top_p < 1,
    top_k: sampling.temperature > 0 && sampling.top_k > 0,
    seed: draws,
    max_tokens: true,
    ignore_eos: forced,
    // One token at least is what every answer has that is worth a measurement.
    min_tokens: forced || (!parts.isForced && sampling.min_tokens > 1),
    priority: parts.requestClass?.priority !== undefined,
    truncate_prompt_tokens: parts.load.truncate_prompt_tokens !== undefined,
    token_ids: parts.prompt === "tokens",
  };
  return dialectMembers.filter((member) => decides[member] && Object.hasOwn(dialect.lacks, member));
}
