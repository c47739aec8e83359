import { Type, type Static } from "typebox";
import { choice, optional, strict } from "./strict-object.ts";
import { Condition } from "./engine-file.ts";
import { Sampling, SloDeclaration } from "./workload.ts";

export const loadgenScenarios = ["Offline", "Server", "SingleStream", "MultiStream"] as const;

const source = Type.String({ description: "a key of `sources`: where the figures beside it are from" });

const sources = Type.Record(
  Type.String(),
  strict({
    title: Type.String(),
    ...optional({
      repository: Type.String({ description: "owner/name" }),
      path: Type.String(),
      commit: Type.String({ description: "the commit that the figures were read at" }),
    }),
  }),
  { description: "where figures are from; everything that holds one names its source" },
);

const decimal = Type.String({
  pattern: "^[0-9]{1,20}$",
  description: "a decimal number in quotes: seeds are larger than a number holds",
});

/** What a scenario asks for. What is said below `models` comes before what is said for all. */
export const ScenarioRules = strict({
  ...optional({
    loadgen: choice(loadgenScenarios, { description: "LoadGen's scenario behind it; default its name" }),
    loadgen_model: Type.String({ description: "the model's key in mlperf.conf" }),
    min_duration_s: Type.Number({ exclusiveMinimum: 0 }),
    min_query_count: Type.Integer({ minimum: 1, description: "in Offline: samples" }),
    samples_per_query: Type.Integer({ minimum: 1 }),
    percentile: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 100,
      description: "99: the value that 99 % are not above",
    }),
    ttft_ms: Type.Number({ exclusiveMinimum: 0 }),
    tpot_ms: Type.Number({ exclusiveMinimum: 0 }),
    latency_ms: Type.Number({ exclusiveMinimum: 0, description: "of the whole answer" }),
  }),
  source,
});
export type ScenarioRules = Static<typeof ScenarioRules>;

const gates = strict({
  metrics: Type.Array(
    strict({
      metric: Type.String(),
      reference: Type.Number(),
      ...optional({
        at_least: Type.Number({ description: "share of the reference" }),
        at_most: Type.Number({ description: "share of the reference" }),
      }),
    }),
    { minItems: 1 },
  ),
  source,
});

const ForbiddenKnob = strict(
  {
    ...Condition.properties,
    only: Type.Optional(choice(["several_passes"], { description: "where a run goes over the data set repeatedly" })),
    because: Type.String(),
    source,
  },
  "a setting that makes a run illegal; without a condition any value does",
);

const ModelRules = strict({
  samples: strict({
    library: Type.Integer({ minimum: 1, description: "of the whole data set" }),
    performance: Type.Integer({ minimum: 1 }),
    accuracy: Type.Integer({ minimum: 1 }),
    source,
  }),
  equal_issue: Type.Boolean({ description: "runs are whole passes over the data set" }),
  token_latencies: Type.Boolean({ description: "judged by TTFT and TPOT, else by the latency of the whole answer" }),
  scenarios: Type.Record(Type.String(), ScenarioRules),
  accuracy: Type.Optional(gates),
  generation: Type.Optional(strict({ ...Sampling.properties, source }, "as it must be sampled")),
  forbidden: Type.Optional(Type.Array(ForbiddenKnob)),
  source,
});

/** How the tree of a submission lies: what describes a run in a folder beside the results, or among them. */
export const submissionTrees = ["measurements_apart", "by_scenario"] as const;

const Submission = strict(
  {
    checker_version: Type.String({ description: "what the submission checker is told with --version" }),
    tree: choice(submissionTrees, { description: "folders of a submission, see docs/mlperf.md" }),
    accuracy_log_limit_bytes: Type.Integer({ minimum: 1, description: "a longer accuracy log is cut" }),
    accuracy_log_kept_bytes: Type.Integer({ minimum: 1, description: "so much of each end of it stays" }),
    compliance: Type.Record(Type.String(), Type.Array(Type.String()), {
      description: "compliance tests, each with the models of this file that a closed submission needs it for",
    }),
    source,
  },
  "what is handed in; without it the tree is that of the latest round",
);

/** `experiments/rulesets/<id>.yaml`: the rules of a benchmark, as data. */
export const RulesetFile = strict({
  $schema: Type.Optional(Type.String()),
  format: Type.Literal("ceteris.ruleset/1"),
  id: Type.String({ description: "the name of the file" }),
  title: Type.String(),
  sources,
  seeds: strict({ qsl: decimal, sample_index: decimal, schedule: decimal, source }),
  loadgen: strict(
    {
      version: Type.String(),
      min_query_count: Type.Integer({ minimum: 1, description: "where a scenario says nothing" }),
      early_stopping_confidence: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      offline_slack: Type.Number({ minimum: 1, description: "Offline's query is made to last so many times as long" }),
      single_stream_slack: Type.Number({ minimum: 1 }),
      performance_set_from: choice(["library", "performance_samples"], {
        description: "what is shuffled to choose the samples of a performance run",
      }),
      standard_library: choice(["libstdc++-11", "libstdc++-10"], {
        description: "C++ library of the LoadGen whose orders are reproduced",
      }),
      source,
    },
    "what LoadGen has in its code and in no configuration",
  ),
  scenarios: Type.Record(Type.String(), ScenarioRules, { description: "for all models" }),
  forbidden: Type.Optional(Type.Array(ForbiddenKnob, { description: "for all models" })),
  submission: Type.Optional(Submission),
  models: Type.Record(Type.String(), ModelRules),
});
export type RulesetFile = Static<typeof RulesetFile>;

/** `experiments/rulesets/slo-templates.yaml`: limits with a name. */
export const SloTemplatesFile = strict({
  $schema: Type.Optional(Type.String()),
  format: Type.Literal("ceteris.slo-templates/1"),
  sources,
  templates: Type.Record(
    Type.String(),
    strict({ title: Type.String(), slo: SloDeclaration, source }, "a template; without a limit, throughput alone"),
  ),
});
export type SloTemplatesFile = Static<typeof SloTemplatesFile>;

/** A metric of an accuracy run with the bounds that it must keep; null where there is none on that side. */
export interface AccuracyGate {
  metric: string;
  reference: number;
  atLeast: number | null;
  atMost: number | null;
}

/** A gate as a study keeps it: with the ruleset and model that ask for it, `mlperf-inference-v6.1/llama3.1-8b`. */
export interface SourcedGate extends AccuracyGate {
  source: string;
  /** Of the whole data set, which the bounds are for. */
  samples: number;
}

export type ForbiddenKnob = Static<typeof ForbiddenKnob>;

/**
 * One scenario of one model, whole: what a plan schedules by and a verdict judges by. Beside the rate and the mode it has all
 * members of LoadGen's settings (`src/math/loadgen/settings.ts`), under the same names.
 */
export interface RulesetScenario {
  rulesetId: string;
  model: string;
  /** As the ruleset calls it: Interactive is a Server of LoadGen's. */
  name: string;
  scenario: (typeof loadgenScenarios)[number];
  /** The model's key in mlperf.conf; null where the ruleset has none. */
  loadgenModel: string | null;
  loadgenVersion: string;
  minDurationMs: number;
  minQueryCount: number;
  samplesPerQuery: number;
  /** As a share, 0.99; null in Offline, which has no percentile. */
  percentile: number | null;
  /** Null where there is no such limit. */
  limits: { ttftMs: number | null; tpotMs: number | null; latencyMs: number | null };
  earlyStoppingConfidence: number;
  equalIssue: boolean;
  tokenLatencies: boolean;
  librarySamples: number;
  performanceSamples: number;
  accuracySamples: number;
  performanceSetFrom: "library" | "performance_samples";
  offlineSlack: number;
  singleStreamSlack: number;
  standardLibrary: "libstdc++-11" | "libstdc++-10";
  seeds: { qsl: string; sampleIndex: string; schedule: string };
  gates: AccuracyGate[];
  /** Null where the ruleset says nothing of it. */
  generation: Sampling | null;
  forbidden: ForbiddenKnob[];
}

/** What a round takes in. */
export interface SubmissionRules {
  tree: (typeof submissionTrees)[number];
  /** Bytes: a longer accuracy log is cut to `accuracyLogKept` of each end. */
  accuracyLogLimit: number;
  accuracyLogKept: number;
  /** Models by the compliance test that a closed submission needs for them. */
  compliance: { [test: string]: string[] };
}

/** A ruleset as the code has it: every scenario of every model, in the file's order. */
export interface Ruleset {
  id: string;
  title: string;
  submission: SubmissionRules;
  sources: RulesetFile["sources"];
  scenarios: RulesetScenario[];
}

export interface SloTemplate {
  name: string;
  title: string;
  slo: SloDeclaration;
}
