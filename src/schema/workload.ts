import { Type, type Static } from "typebox";
import { keepOneRate, traceFormats } from "./arrival-kinds.ts";
import { AxesFile, type Axis } from "./axis.ts";
import { choice, partial, strict } from "./strict-object.ts";
import type { ComputedMember } from "./computed.ts";
import { DatasetDeclaration } from "./dataset-declaration.ts";
import { memberAlong, type Json } from "./json.ts";
import type { WorkloadScope } from "./knob.ts";
import type { Fidelity } from "./fidelity.ts";
import { LoadKnobs } from "./load-knobs.ts";
import type { RulesetScenario } from "./ruleset.ts";
import { isOpenLoop, scenarioConditions, scenarios, type Scenario } from "./scenario.ts";
import { SteadyGateFile, type SteadyGate } from "./steady-gate.ts";
import { type StopLimit } from "./stop.ts";
import { StopFile } from "./stop-file.ts";

export { LoadKnobs, sendOrders } from "./load-knobs.ts";

export const endpoints = ["completions", "chat"] as const;
const promptLengths = ["as_made", "engine", "nearest"] as const;

/** The most tokens of an answer where neither the workload nor its datasets say so. */
export const defaultMaxTokens = 128;

/** Every sampling parameter is sent, so that a model's own generation config decides nothing. */
export const Sampling = partial({
  temperature: Type.Number({ minimum: 0, default: 0 }),
  top_p: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1 }),
  top_k: Type.Integer({ default: 1 }),
  seed: Type.Integer({ default: 42 }),
  max_tokens: Type.Integer({
    minimum: 1,
    default: defaultMaxTokens,
    description:
      "the longest answer; where it is not said, the longest length that a dataset declares, and 128 at least",
  }),
  min_tokens: Type.Integer({ minimum: 0, default: 1 }),
  ignore_eos: Type.Boolean({ default: false }),
});
export type Sampling = Static<typeof Sampling>;

/** When requests of an open loop are due, on an absolute schedule made before the clock starts. The rate is `load.rate`. */
export const ArrivalDeclaration = Type.Union([
  strict({ kind: Type.Literal("constant") }),
  strict({ kind: Type.Literal("poisson") }),
  strict({
    kind: Type.Literal("gamma"),
    burstiness: Type.Number({
      exclusiveMinimum: 0,
      description: "shape of the gaps: 1 is Poisson, less is burstier; any number where an axis varies it",
    }),
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
    format: choice(traceFormats, { description: "columns of the file" }),
    unit: Type.Optional(
      choice(["s", "ms"], { description: "of the times in the file, where it is not the usual one of the format" }),
    ),
    speed: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: "2 replays it twice as fast" })),
  }),
]);
export type ArrivalDeclaration = Static<typeof ArrivalDeclaration>;

/** Limits that a request must meet to count as goodput; the workload's, never part of an identity. */
export const SloDeclaration = partial({
  ttft_ms: Type.Number({ exclusiveMinimum: 0 }),
  tpot_ms: Type.Number({ exclusiveMinimum: 0, description: "mean time per output token after the first" }),
  itl_ms: Type.Number({ exclusiveMinimum: 0, description: "the longest time between two chunks of the answer" }),
  e2e_ms: Type.Number({ exclusiveMinimum: 0 }),
});
export type SloDeclaration = Static<typeof SloDeclaration>;

/** A share of the requests that the client cuts off: so many seconds after the send, or once so many tokens have come. */
export const Cancellation = strict({
  share: Type.Number({ minimum: 0, maximum: 1, description: "of the requests; 0 cuts off none" }),
  after_s: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  after_tokens: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type Cancellation = Static<typeof Cancellation>;

/** One kind of request among several: what it is sent with, and what it must keep. Shares are of all classes' sum. */
export const RequestClass = strict({
  name: Type.String({ minLength: 1 }),
  share: Type.Optional(Type.Number({ exclusiveMinimum: 0, default: 1 })),
  model: Type.Optional(Type.String({ description: "a LoRA adapter's name, sent in place of the model's" })),
  priority: Type.Optional(Type.Integer({ description: "vLLM's `priority`: lower goes first" })),
  deadline_s: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  slo: Type.Optional(SloDeclaration),
  cancel: Type.Optional(Cancellation),
  extra_body: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  dataset: Type.Optional(DatasetDeclaration),
  sampling: Type.Optional(Sampling),
});
export type RequestClass = Static<typeof RequestClass>;

/** How much is asked at a fidelity: requests, seconds, or both, which must both be met; never part of an identity. */
export const Count = partial({
  requests: Type.Integer({ minimum: 1, description: "measured requests, at least" }),
  seconds: Type.Number({
    minimum: 0,
    description: "requests are sent for at least this long; also the limit of the check",
  }),
  repeats: Type.Integer({ minimum: 1, description: "at most so many repeats at this fidelity" }),
});
export type Count = Static<typeof Count>;

/** A count with its requests filled in: 1 where seconds alone are given. */
export type FilledCount = Count & { requests: number };

const counts = partial({
  requests: Type.Integer({
    minimum: 1,
    description: "measured requests, at least, at each fidelity that says nothing itself",
  }),
  seconds: Type.Number({
    minimum: 0,
    description: "requests are sent for at least this long, at each fidelity that says nothing itself",
  }),
  smoke: Count,
  screen: Count,
  valid: Count,
  submission: Count,
});

/** All members of a workload. An engine's stand-in gives some of them, for a scenario that the matrix says. */
export const WorkloadMembers = partial({
  use: Type.String({ description: "a fragment that this one builds on; what is written here wins" }),
  workload: Type.String({ description: "its name, part of an experiment's name where a matrix has several" }),
  ruleset: Type.String({
    pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$",
    description:
      "<ruleset>/<model>, mlperf-inference-v6.1/llama3.1-8b: whose rules fill what this workload does not say, and judge it",
  }),
  scenario: choice(scenarios, {
    description:
      "who sends when: closed keeps `load.concurrency` requests open, open sends each at its due time, offline all at once; the others are MLPerf's",
  }),
  endpoint: choice(endpoints, { description: "`/v1/completions` or `/v1/chat/completions`" }),
  prompt: choice(["text", "tokens"], {
    description: "prompts go out as text, or as token ids",
  }),
  dataset: DatasetDeclaration,
  selection: partial({
    first: Type.Integer({ minimum: 1 }),
    sample: Type.Integer({ minimum: 1, description: "drawn by the study's seed" }),
  }),
  sampling: Sampling,
  load: LoadKnobs,
  arrivals: ArrivalDeclaration,
  slo: Type.Union([
    SloDeclaration,
    Type.String({ description: "the name of a template in experiments/rulesets/slo-templates.yaml: llm.realtime" }),
  ]),
  cancel: Cancellation,
  classes: Type.Array(RequestClass, { minItems: 1, description: "kinds of requests, drawn by the seed" }),
  extra_body: Type.Record(Type.String(), Type.Unknown(), {
    description: "members added to the body of every request",
  }),
  prompt_lengths: choice(promptLengths, {
    description:
      "engine: texts are made to measure by the engine's own tokenizer (`/tokenize`); nearest: as near as the engine can " +
      "tell, the default of synthetic prompts for `endpoint: chat`",
  }),
  unique: Type.Boolean({ description: "a salt at the start of each prompt, so that no cache of prefixes can help" }),
  warmup: strict({
    requests: Type.Integer({ minimum: 0, description: "sent first, at the full concurrency, and left out" }),
    until_steady: Type.Optional(SteadyGateFile),
  }),
  cache: choice(["reset", "keep"], {
    description: "the engine's caches before a trial",
  }),
  deadline_s: Type.Number({ exclusiveMinimum: 0, description: "a request that takes longer has failed" }),
  counts: counts,
  sweep: AxesFile,
  stop: StopFile,
});

/** A workload, as a fragment in `experiments/workloads/` or written out in the matrix: each scenario takes the members that it reads. */
export const WorkloadFile = Type.Object(WorkloadMembers.properties, {
  additionalProperties: false,
  allOf: [...scenarioConditions.written, ...scenarioConditions.absent],
});
export type WorkloadFile = Static<typeof WorkloadFile>;

/** A workload with everything filled in, in the code's own form. Times in seconds as named; lengths in tokens. */
export interface Workload {
  name: string;
  /** The rules that its requests are made by and its trials are judged by; null where it has none. */
  ruleset: RulesetScenario | null;
  scenario: Scenario;
  endpoint: (typeof endpoints)[number];
  prompt: "text" | "tokens";
  dataset: DatasetDeclaration;
  selection: { first?: number; sample?: number };
  sampling: Required<Sampling>;
  /** True where nothing sets `sampling.max_tokens`, so that it follows the lengths that the datasets declare. */
  maxTokensFollow?: boolean;
  load: LoadKnobs;
  /** Null where the scenario is not an open loop (`isOpenLoop`). */
  arrivals: ArrivalDeclaration | null;
  slo: SloDeclaration | null;
  cancel: Cancellation | null;
  classes: RequestClass[];
  extraBody: { [member: string]: unknown };
  promptLengths: (typeof promptLengths)[number];
  unique: boolean;
  warmupRequests: number;
  /** The warm-up goes on until it says so; absent: it ends after `warmupRequests`. */
  warmupUntilSteady?: SteadyGate;
  cache: "reset" | "keep";
  deadlineS: number;
  counts: Record<Fidelity, FilledCount>;
  /** Fidelities whose limits are those that `counts` itself says; absent where it says none. */
  countsOfAll?: Fidelity[];
  /** Axes that it narrows for itself; absent where it takes all points. */
  sweep?: Axis[];
  /** What ends its curves; absent where nothing does. It judges and moves nothing, and is part of no id. */
  stop?: StopLimit[];
  /** Members that are computed for each experiment; until then the member holds 1. */
  computed?: ComputedMember[];
}

/** A dataset that a workload asks, and the class that it is of; null of the workload's own. */
export interface UsedDataset {
  dataset: DatasetDeclaration;
  requestClass: RequestClass | null;
}

/** The datasets that are asked: those of classes, and the workload's own where some class has none, or there are no classes. */
export function usedDatasets({ dataset, classes }: Pick<Workload, "dataset" | "classes">): UsedDataset[] {
  const own = classes.flatMap((requestClass) =>
    requestClass.dataset === undefined ? [] : [{ dataset: requestClass.dataset, requestClass }],
  );
  return own.length > 0 && own.length === classes.length ? own : [{ dataset, requestClass: null }, ...own];
}

/** What a workload has for a setting of the client's (`load.rate`, `extra_body.min_p`); undefined where it says nothing of it. */
export function clientSettingIn(workload: Workload, setting: string): Json | undefined {
  const [scope = "", ...path] = setting.split(".");
  const section = scope === "extra_body" ? workload.extraBody : workload[scope as Exclude<WorkloadScope, "extra_body">];
  return memberAlong((section ?? undefined) as Json | undefined, path);
}

/** True of an open loop that has one rate from its start to its end, so that a search can put others in its place. */
export function hasOneRate({ scenario, arrivals }: Pick<Workload, "scenario" | "arrivals">): boolean {
  return isOpenLoop({ scenario }) && keepOneRate(arrivals);
}
