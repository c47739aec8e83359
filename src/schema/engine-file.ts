import { Type, type Static } from "typebox";
import { DialectFile } from "./dialect-file.ts";
import { KnobDefinition } from "./knob-definition.ts";
import { WorkloadMembers } from "./workload.ts";
import { Profiler } from "./profiler.ts";
import { choice, optional, partial, strict } from "./strict-object.ts";

/** One condition on an assignment; all of a list must hold. `below` and `above` take a number or another knob's name. */
export const Condition = strict({
  knob: Type.String(),
  is: Type.Optional(Type.Unknown()),
  in: Type.Optional(Type.Array(Type.Unknown())),
  declared: Type.Optional(Type.Boolean({ description: "set by the matrix at all" })),
  below: Type.Optional(Type.Union([Type.Number(), Type.String()])),
  above: Type.Optional(Type.Union([Type.Number(), Type.String()])),
});
export type Condition = Static<typeof Condition>;

/** A knob that, when it changes under these conditions, moves others by the engine's own rule. */
export const Coupling = strict({
  knob: Type.String(),
  when: Type.Optional(Type.Array(Condition, { description: "on the assignment after the change" })),
  moves: Type.Array(Type.String(), { description: "what moves with it: knobs, or things in words" }),
  because: Type.String(),
  pin: Type.String({ description: "how to hold the rest still" }),
});
export type Coupling = Static<typeof Coupling>;

/** A combination that the engine refuses. */
export const Constraint = strict({
  id: Type.String(),
  when: Type.Array(Condition, { minItems: 1 }),
  because: Type.String(),
  instead: Type.String(),
  unless_hooks: Type.Optional(
    Type.Boolean({ description: "true: not where `sut.before_launch` may bring what is missing" }),
  ),
});
export type Constraint = Static<typeof Constraint>;

/** What settings need of an NVIDIA GPU. */
const CapabilityNeed = strict({
  when: Type.Array(Condition, { minItems: 1 }),
  because: Type.String(),
  ...optional({
    runs: Type.Number({ description: "the least compute capability with which the engine starts: 8.0" }),
    native: Type.Number({
      description: "the least compute capability that does it in hardware: below it the engine runs other kernels",
    }),
  }),
});
export type CapabilityNeed = Static<typeof CapabilityNeed>;

/** A knob that does nothing beside another setting. */
const Inertness = strict({
  knob: Type.String(),
  beside: Type.Array(Condition, { minItems: 1 }),
  because: Type.String(),
});
export type Inertness = Static<typeof Inertness>;

/** Variables that an engine reads as its own, so that one that it does not know is a mistake. */
export const OwnVariables = strict(
  {
    prefix: Type.String({ minLength: 1, description: "what their names begin with: VLLM_" }),
    because: Type.String({ description: "what becomes of one that it does not know" }),
    names: Type.Record(
      Type.String(),
      partial({
        since: Type.String({ description: "first version that has it" }),
        until: Type.String({ description: "first version that no longer has it" }),
        replacement: Type.String({ description: "what to do instead, in words" }),
      }),
    ),
  },
  "the variables that the engine knows, by the names that it gives them",
);
export type OwnVariables = Static<typeof OwnVariables>;

export const EnvironmentFile = Type.Union([
  strict({
    kind: Type.Literal("path"),
    executable: Type.String({ description: "on PATH, a path beside the engine file, or {ceteris}: this program" }),
  }),
  strict({
    kind: Type.Literal("uv"),
    name: Type.String(),
    requirements: Type.String({ description: "a locked list, relative to the engine file" }),
    after: Type.Optional(Type.String({ description: "a Python script run once in the new environment" })),
    python: Type.Optional(Type.String({ description: "3.11" })),
    executable: Type.String({ description: "relative to the environment: bin/vllm" }),
  }),
  strict({ kind: Type.Literal("endpoint"), url: Type.String() }),
  strict({
    kind: Type.Literal("docker"),
    image: Type.String({
      minLength: 1,
      description: "vllm/vllm-openai:v0.32.0, best with its digest (…@sha256:…); hashed as it is written here",
    }),
    executable: Type.String({ minLength: 1, description: "the engine's program in the image: vllm" }),
    ...optional({
      client: Type.String({
        minLength: 1,
        description: "docker where it is absent, or another program with its commands: podman",
      }),
      gpus: choice(["request", "cdi", "none"], {
        description:
          "how the container gets the GPUs: request (--gpus), cdi (--device nvidia.com/gpu=…) or none; request where it is absent and the engine file has a devices_variable",
      }),
      mounts: Type.Array(Type.String({ pattern: "^/" }), {
        description: "further files and folders that the engine reads, at the same path in the container",
      }),
      options: Type.Array(Type.String(), {
        description: "further options of `docker run`, each word an item; hashed: --shm-size=16g",
      }),
    }),
  }),
]);
export type EnvironmentDeclaration = Static<typeof EnvironmentFile>;

/** How a line of a log tells a class of failure; `docs/failures.md` says how they are chosen from. */
const failurePattern = strict({
  class: Type.String({ description: "stable, kebab-case: out-of-memory" }),
  pattern: Type.String({
    description: "a regular expression on one line of the log, without prefixes; case does not count",
  }),
  hint: Type.String(),
  ...optional({
    severity: Type.Literal("warning", { description: "matched against warnings too, not only errors and tracebacks" }),
    tells: choice(["general", "consequence", "relay"], {
      description:
        "general: names only the kind of cause, so that a more specific line wins; consequence: follows from a cause, used where the log names none; relay: says that something failed elsewhere",
    }),
    within: Type.String({
      description: "a regular expression on a file or function that the traceback passes through",
    }),
    refused: Type.Boolean({
      description:
        "true: the engine rejects the configuration itself, so it is launched once; false: the cause lies in its surroundings",
    }),
  }),
});
export type FailurePattern = Static<typeof failurePattern>;

/** `sut/<name>.yaml`: an engine as data. `extends` names another engine file; maps merge, lists and values replace. */
export const EngineFile = partial({
  $schema: Type.String(),
  format: Type.Literal("ceteris.engine/1"),
  extends: Type.String({
    description: "another engine file; in vllm-{version}-knobs stands the version of the matrix's `sut.version`",
  }),
  title: Type.String(),
  version: Type.String({
    description:
      "the version whose catalogue this is; with {version} in `extends` the one that a matrix gets which names none",
  }),
  provenance: strict(
    {
      options: Type.String({ description: "what printed the options: vllm 0.33.0, `vllm serve --help=all`" }),
      resolved: Type.Optional(
        Type.String({
          description:
            "the launch that showed where the resolved configuration holds each knob; without one that is of another version, and `plan` says so",
        }),
      ),
    },
    "of a catalogue: what it was made from",
  ),
  origin: Type.Literal("simulated", { description: "everything measured on it is labelled SIMULATED" }),
  environment: EnvironmentFile,
  command: Type.Array(Type.String(), {
    description: "placeholders: {executable} {model} {host} {port}; knobs follow",
  }),
  always: Type.Array(Type.String(), { description: "flags that every launch gets; hashed" }),
  revision_flag: Type.String(),
  variables: Type.Record(Type.String(), Type.String(), {
    description: "environment variables that every launch gets; hashed",
  }),
  private_folders: Type.Record(Type.String(), Type.String(), {
    description: "variables that get a folder of the launch's own, or (cache) one kept by engine version; not hashed",
  }),
  pass_through: Type.Array(Type.String(), {
    description: "names, with * at the end, taken from the user's environment",
  }),
  devices_variable: Type.String(),
  readiness: strict({
    path: Type.String(),
    stalled_after_s: Type.Number({ description: "nothing new in the log for so long: it hangs" }),
    ready_within_s: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: "seconds from the start to the first answer, however much it logs; two hours where it is absent",
      }),
    ),
    fatal: Type.Optional(
      Type.String({ description: "the log line after which it is never ready, though its process lives" }),
    ),
  }),
  version_probe: strict({ path: Type.String(), field: Type.String() }),
  phases: Type.Array(
    strict({ id: Type.String(), pattern: Type.String({ description: "the log line that ends the phase" }) }),
  ),
  resolved: strict({
    path: Type.Optional(Type.String({ description: "where the engine tells its resolved configuration" })),
    parser: Type.String({ description: "src/engine/parsers/<name>.ts" }),
  }),
  cache_reset: Type.Array(strict({ path: Type.String(), success_field: Type.Optional(Type.String()) }), {
    description: "each is a POST",
  }),
  metrics_path: Type.String(),
  metric_names: Type.Record(Type.String(), Type.String(), {
    description: "ours to the engine's: waiting: vllm:num_requests_waiting",
  }),
  tokenize: strict(
    {
      path: Type.String(),
      text: Type.String({ description: "the member of the request that takes a text" }),
      ...optional({
        fields: Type.Record(Type.String(), Type.Unknown(), {
          description: "added where the text is a prompt of its own, so that it is counted as a request counts it",
        }),
        part_fields: Type.Record(Type.String(), Type.Unknown(), {
          description: "added where the text is a part of something, so that no special token is counted",
        }),
        messages: Type.String({
          description: "the member that takes chat messages, counted with the model's template",
        }),
      }),
      count: Type.String({ description: "where the answer has the number, or a list that is as long" }),
    },
    "how the engine tells the tokens of a text: a POST, with `model`",
  ),
  request_fields: Type.Record(Type.String(), Type.Unknown(), {
    description: "added to every request body, e.g. return_token_ids",
  }),
  dialect: DialectFile,
  served_model: Type.String({
    description: "what requests call the model, where /v1/models does not tell: default_model",
  }),
  finish_reasons: Type.Array(Type.String(), {
    description:
      "finish reasons of whole answers, in addition to stop, length, tool_calls, function_call, content_filter, eos_token and stop_sequence: end_turn",
  }),
  own_variables: OwnVariables,
  flags_since: Type.Record(Type.String(), Type.String(), {
    description: "first version that has a flag of `always`, where not all have it: --generation-config: 0.7.0",
  }),
  not_knobs: Type.Record(Type.String(), Type.String(), {
    description: "options that a matrix may not set, and why: port: Ceteris takes a free one",
  }),
  in_flight: strict(
    { knob: Type.String(), default: Type.Integer({ minimum: 1 }) },
    "the knob that bounds the engine's batch",
  ),
  own_cores: Type.Boolean({
    description:
      "true where the engine computes on this machine's cores: engine and client are pinned to separate cores, where there are two or more (taskset)",
  }),
  dummy_weights: strict({ knob: Type.String(), is: Type.Unknown() }, "the setting that needs no weight files"),
  model_length: strict(
    {
      knob: Type.String(),
      unless: Type.Optional(Type.String({ description: "a knob that lifts the bound where it is set" })),
    },
    "the knob that bounds a request's tokens, by default at what the model's config.json says, and never above that",
  ),
  prefix_cache: Type.String({ description: "the knob of its prefix cache, which keeps what prompts begin with" }),
  changes_outputs: Type.Array(Type.String(), {
    description: "knobs that can change the answers: without a measured accuracy a change to one is on HOLD",
  }),
  gpus: Type.Union([Type.Array(Type.String()), Type.String({ pattern: "^\\s*=" })], {
    description:
      "how many GPUs a configuration takes, all its parts together: the knobs whose product it is, or arithmetic over knobs (= prefill_tp * prefill_replicas + decode_tp * decode_replicas; = 0 where none is used); without it the number is not known",
  }),
  gpu_needs: partial({
    capability: Type.Array(CapabilityNeed),
    memory_share: Type.String({
      description: "the knob for the share of a GPU's memory that must be free when the engine starts",
    }),
    changes_weights: Type.Array(Type.String(), {
      description:
        "knobs that make the weights in memory others than the files: where none is set, the files must fit the GPUs",
    }),
  }),
  profilers: Type.Record(Type.String(), Profiler, { description: "for `run --profile`; the first is the usual one" }),
  failures: Type.Array(failurePattern),
  couplings: Type.Array(Coupling),
  cannot_run: Type.Array(Constraint),
  inert: Type.Array(Inertness),
  stand_in: strict(
    {
      model: Type.Optional(Type.String()),
      workload: Type.Optional(WorkloadMembers),
      because: Type.String(),
    },
    "what takes the place of the matrix's model and dataset when this engine file is chosen with --sut; said in every report",
  ),
  knobs: Type.Record(Type.String(), KnobDefinition),
});
export type EngineFile = Static<typeof EngineFile>;
