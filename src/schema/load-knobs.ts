import { Type, type Static } from "typebox";
import { choice, partial } from "./strict-object.ts";

export const sendOrders = ["declared", "shuffled", "shortest_first", "longest_first"] as const;

/** The load knobs: how the client drives the engine. As knobs of a matrix they are `load.<name>`. */
export const LoadKnobs = partial({
  concurrency: Type.Integer({ minimum: 1, description: "closed loop: requests kept in flight" }),
  rate: Type.Number({ exclusiveMinimum: 0, description: "open, server and interactive: requests a second" }),
  expected_rate: Type.Number({
    exclusiveMinimum: 0,
    description:
      "offline, single_stream and multi_stream of a ruleset: queries a second that the engine is expected to do (in offline samples), which decides how many are asked; without it a short probe says so",
  }),
  batch_size: Type.Integer({
    minimum: 1,
    description: "offline: the client sends chunks of so many requests; not the engine's max_num_seqs",
  }),
  barrier: Type.Boolean({
    default: true,
    description:
      "offline with batch_size: a chunk starts when the one before it has ended, as the MLPerf reference does",
  }),
  max_in_flight: Type.Integer({
    minimum: 1,
    description:
      "offline without batch_size: requests open at once, default 4 × max_num_seqs; open: a cap, beyond which a request that is due waits until one has ended",
  }),
  order: choice(sendOrders, { default: "declared" }),
  truncate_prompt_tokens: Type.Integer({
    minimum: 1,
    description: "the engine keeps the last so many tokens of each prompt",
  }),
  workers: Type.Integer({
    minimum: 1,
    description: "processes that share the load, one core each; default 1, in this process",
  }),
  cores: Type.Array(Type.Integer({ minimum: 0 }), {
    minItems: 1,
    description: "CPU cores that the workers are pinned to, in turn; keep the engine off them",
  }),
});
export type LoadKnobs = Static<typeof LoadKnobs>;
