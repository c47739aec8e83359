import { Type, type Static } from "typebox";
import { choice } from "./choice.ts";
import type { Fidelity } from "./fidelity.ts";
import { strict } from "./strict-object.ts";

export const scenarios = ["offline", "closed", "open"] as const;
export const endpoints = ["completions", "chat"] as const;
export const lengthProfiles = ["chat", "code_generation", "long_context_qa", "summarization", "cnn_dailymail"] as const;

/** Lengths in tokens. `fixed` needs value; `uniform` min and max; `lognormal` median and sigma, clipped to min and max. */
export const LengthDistribution = Type.Union([
  strict({ distribution: Type.Literal("fixed"), value: Type.Integer({ minimum: 1 }) }),
  strict({
    distribution: Type.Literal("uniform"),
    min: Type.Integer({ minimum: 1 }),
    max: Type.Integer({ minimum: 1 }),
  }),
  strict({
    distribution: Type.Literal("lognormal"),
    median: Type.Number({ exclusiveMinimum: 0 }),
    sigma: Type.Number({ minimum: 0 }),
    min: Type.Integer({ minimum: 1 }),
    max: Type.Integer({ minimum: 1 }),
  }),
]);
export type LengthDistribution = Static<typeof LengthDistribution>;

/** What is asked. `cnn-dailymail` and `jsonl` carry references, `synthetic` does not. */
export const DatasetDeclaration = Type.Union([
  strict({
    kind: Type.Literal("cnn-dailymail"),
    form: Type.Optional(Type.Union([Type.Literal("eval"), Type.Literal("edge"), Type.Literal("calibration")])),
    path: Type.Optional(
      Type.String({ description: "where the file is; else CETERIS_CNN_DAILYMAIL, else the usual places" }),
    ),
  }),
  strict({
    kind: Type.Literal("jsonl"),
    path: Type.String({ description: 'lines of {"prompt": …, "reference": …}, relative to the file that says so' }),
    sha256: Type.Optional(Type.String()),
  }),
  strict({
    kind: Type.Literal("synthetic"),
    profile: Type.Optional(choice(lengthProfiles)),
    input_tokens: Type.Optional(LengthDistribution),
    output_tokens: Type.Optional(LengthDistribution),
    shared_prefix_tokens: Type.Optional(
      Type.Integer({ minimum: 0, description: "tokens at the start of every prompt that are the same" }),
    ),
  }),
]);
export type DatasetDeclaration = Static<typeof DatasetDeclaration>;

/** Every sampling parameter is sent, so that a model's own generation config decides nothing. */
export const Sampling = strict({
  temperature: Type.Optional(Type.Number({ minimum: 0, default: 0 })),
  top_p: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1 })),
  top_k: Type.Optional(Type.Integer({ default: 1 })),
  seed: Type.Optional(Type.Integer({ default: 42 })),
  max_tokens: Type.Optional(Type.Integer({ minimum: 1, default: 128 })),
  min_tokens: Type.Optional(Type.Integer({ minimum: 0, default: 1 })),
  ignore_eos: Type.Optional(Type.Boolean({ default: false })),
});
export type Sampling = Static<typeof Sampling>;

/** When requests of an open loop are due, on an absolute schedule made before the clock starts. The rate is `load.rate`. */
export const ArrivalDeclaration = Type.Union([
  strict({ kind: Type.Literal("constant") }),
  strict({ kind: Type.Literal("poisson") }),
  strict({
    kind: Type.Literal("gamma"),
    burstiness: Type.Number({ exclusiveMinimum: 0, description: "shape of the gaps: 1 is Poisson, less is burstier" }),
  }),
  strict({
    kind: Type.Literal("ramp"),
    to: Type.Number({ exclusiveMinimum: 0, description: "requests a second at the end; load.rate is the start" }),
    seconds: Type.Number({ exclusiveMinimum: 0 }),
  }),
  strict({
    kind: Type.Literal("steps"),
    steps: Type.Array(
      strict({ rate: Type.Number({ exclusiveMinimum: 0 }), seconds: Type.Number({ exclusiveMinimum: 0 }) }),
      { minItems: 1 },
    ),
  }),
  strict({
    kind: Type.Literal("trace"),
    path: Type.String({ description: "arrival times, relative to the file that says so" }),
    format: choice(["csv", "azure", "mooncake", "burstgpt"], { description: "columns of the file" }),
    speed: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: "2 replays it twice as fast" })),
  }),
]);
export type ArrivalDeclaration = Static<typeof ArrivalDeclaration>;

/** Limits that a request must meet to count as goodput; the workload's, never part of an identity. */
export const SloDeclaration = strict({
  ttft_ms: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  tpot_ms: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  e2e_ms: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
});
export type SloDeclaration = Static<typeof SloDeclaration>;

export const sendOrders = ["declared", "shuffled", "shortest_first", "longest_first"] as const;

/** The load knobs: how the client drives the engine. As knobs of a matrix they are `load.<name>`. */
export const LoadKnobs = strict({
  concurrency: Type.Optional(Type.Integer({ minimum: 1, description: "closed loop: requests kept in flight" })),
  rate: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: "open loop: requests a second" })),
  batch_size: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: "offline: the client sends chunks of so many requests; not the engine's max_num_seqs",
    }),
  ),
  barrier: Type.Optional(
    Type.Boolean({
      default: true,
      description:
        "offline with batch_size: a chunk starts when the one before it has ended, as the MLPerf reference does",
    }),
  ),
  max_in_flight: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: "offline without batch_size: requests open at once, default 4 × max_num_seqs",
    }),
  ),
  order: Type.Optional(choice(sendOrders, { default: "declared" })),
  truncate_prompt_tokens: Type.Optional(
    Type.Integer({ minimum: 1, description: "the engine keeps the last so many tokens of each prompt" }),
  ),
});
export type LoadKnobs = Static<typeof LoadKnobs>;

/** The load knobs that can change what the model says; they are part of the accuracy key, with all sampling. */
export const loadKnobsThatAffectOutput = ["batch_size", "barrier", "order", "truncate_prompt_tokens"] as const;

/** How much is asked at a fidelity; never part of an identity. */
export const Count = strict({
  requests: Type.Integer({ minimum: 1 }),
  seconds: Type.Optional(Type.Number({ minimum: 0, description: "shortest window for a verdict; the check's limit" })),
  repeats: Type.Optional(Type.Integer({ minimum: 1, description: "at most so many repeats at this fidelity" })),
});
export type Count = Static<typeof Count>;

const counts = strict({
  smoke: Type.Optional(Count),
  screen: Type.Optional(Count),
  valid: Type.Optional(Count),
  submission: Type.Optional(Count),
});

/** A workload, as a fragment in `experiments/workloads/` or written out in the matrix. */
export const WorkloadFile = strict({
  use: Type.Optional(Type.String({ description: "a fragment that this one builds on; what is written here wins" })),
  workload: Type.Optional(
    Type.String({ description: "its name, part of an experiment's name where a matrix has several" }),
  ),
  scenario: Type.Optional(choice(scenarios)),
  endpoint: Type.Optional(choice(endpoints)),
  prompt: Type.Optional(Type.Union([Type.Literal("text"), Type.Literal("tokens")])),
  dataset: Type.Optional(DatasetDeclaration),
  selection: Type.Optional(
    strict({
      first: Type.Optional(Type.Integer({ minimum: 1 })),
      sample: Type.Optional(Type.Integer({ minimum: 1, description: "drawn by the study's seed" })),
    }),
  ),
  sampling: Type.Optional(Sampling),
  load: Type.Optional(LoadKnobs),
  arrivals: Type.Optional(ArrivalDeclaration),
  slo: Type.Optional(SloDeclaration),
  warmup: Type.Optional(
    strict({
      requests: Type.Integer({ minimum: 0, description: "sent first, at the full concurrency, and left out" }),
    }),
  ),
  cache: Type.Optional(
    Type.Union([Type.Literal("reset"), Type.Literal("keep")], { description: "the engine's caches before a trial" }),
  ),
  deadline_s: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: "a request that takes longer has failed" }),
  ),
  counts: Type.Optional(counts),
});
export type WorkloadFile = Static<typeof WorkloadFile>;

/** A workload with everything filled in, in the code's own form. Times in seconds as named; lengths in tokens. */
export interface Workload {
  name: string;
  scenario: (typeof scenarios)[number];
  endpoint: (typeof endpoints)[number];
  prompt: "text" | "tokens";
  dataset: DatasetDeclaration;
  selection: { first?: number; sample?: number };
  sampling: Required<Sampling>;
  load: LoadKnobs;
  /** Null where the scenario is not an open loop. */
  arrivals: ArrivalDeclaration | null;
  slo: SloDeclaration | null;
  warmupRequests: number;
  cache: "reset" | "keep";
  deadlineS: number;
  counts: Record<Fidelity, Count>;
}
