import { Type, type Static } from "typebox";
import { traceFormats } from "./arrival-kinds.ts";
import { choice, optional, strict } from "./strict-object.ts";

const clip = { min: Type.Integer({ minimum: 1 }), max: Type.Integer({ minimum: 1 }) };

const distributions = [
  strict({ distribution: Type.Literal("fixed"), value: Type.Integer({ minimum: 1 }) }),
  strict({ distribution: Type.Literal("uniform"), ...clip }),
  strict({
    distribution: Type.Literal("lognormal"),
    median: Type.Number({ exclusiveMinimum: 0 }),
    sigma: Type.Number({ minimum: 0 }),
    ...clip,
  }),
  strict({
    distribution: Type.Literal("normal"),
    mean: Type.Number({ exclusiveMinimum: 0 }),
    stdev: Type.Number({ minimum: 0 }),
    ...clip,
  }),
];
/**
 * Lengths in tokens. `fixed` needs value; `uniform` min and max; `lognormal` median and sigma, `normal` mean and stdev, both
 * clipped to min and max.
 */
export type LengthDistribution = Static<(typeof distributions)[number]>;

const lognormal = (median: number, min: number, max: number, sigma = 0.8): LengthDistribution => ({
  distribution: "lognormal",
  median,
  sigma,
  min,
  max,
});

/**
 * Prompt and output lengths in tokens. The first four are those of the benchmarking guide that the product was asked from
 * (lognormal around the given centre with sigma 0.8, clipped). `cnn_dailymail` has the shape that MLPerf's file imposes:
 * prompts up to 2,540 tokens (max_model_len 2,668 less 128), of which about a tenth exceed 1,500, and outputs of 128 at most.
 */
export const lengthProfiles = {
  chat: { input: lognormal(500, 50, 4_000), output: lognormal(200, 10, 2_000) },
  code_generation: { input: lognormal(1_500, 200, 8_000), output: lognormal(400, 50, 4_000) },
  long_context_qa: { input: lognormal(16_000, 2_000, 128_000), output: lognormal(200, 20, 2_000) },
  summarization: { input: lognormal(4_000, 500, 32_000), output: lognormal(150, 50, 500) },
  cnn_dailymail: { input: lognormal(800, 80, 2_540, 0.5), output: { distribution: "fixed", value: 128 } },
} satisfies Record<string, { input: LengthDistribution; output: LengthDistribution }>;

/** As a matrix writes lengths: a bare number is `fixed`, and `fixedLengths` makes it so. */
const LengthFile = Type.Unsafe<LengthDistribution>(
  Type.Union([Type.Integer({ minimum: 1, description: "all are of this length" }), ...distributions]),
);

/** Seconds that a user thinks between an answer and the next turn. */
export const ThinkTime = Type.Union([
  strict({ distribution: Type.Literal("fixed"), value: Type.Number({ minimum: 0 }) }),
  strict({ distribution: Type.Literal("uniform"), min: Type.Number({ minimum: 0 }), max: Type.Number({ minimum: 0 }) }),
  strict({ distribution: Type.Literal("exponential"), mean: Type.Number({ exclusiveMinimum: 0 }) }),
]);
export type ThinkTime = Static<typeof ThinkTime>;

/** What is asked. `cnn-dailymail` and `jsonl` carry references, `synthetic` does not. */
export const DatasetDeclaration = Type.Union([
  strict({
    kind: Type.Literal("cnn-dailymail"),
    form: Type.Optional(choice(["eval", "edge", "calibration"])),
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
    ...optional({
      profile: choice(Object.keys(lengthProfiles) as (keyof typeof lengthProfiles)[]),
      input_tokens: LengthFile,
      output_tokens: LengthFile,
      shared_prefix_tokens: Type.Integer({
        minimum: 0,
        description: "tokens at the start of every prompt that are the same",
      }),
      prefix_groups: Type.Integer({
        minimum: 1,
        default: 1,
        description: "number of different shared prefixes, used in turn",
      }),
      images: strict({
        count: Type.Integer({
          minimum: 1,
          description: "images of each request, no two alike; `endpoint: chat` alone",
        }),
        size: Type.Array(Type.Integer({ minimum: 1, maximum: 4096 }), {
          minItems: 2,
          maxItems: 2,
          description: "width and height in pixels: [224, 224]",
        }),
      }),
    }),
  }),
  strict({
    kind: Type.Literal("conversations"),
    ...optional({
      turns: LengthFile,
      input_tokens: LengthFile,
      output_tokens: LengthFile,
      think_s: ThinkTime,
      system_tokens: Type.Integer({ minimum: 0, description: "length of the system prompt" }),
      system_groups: Type.Integer({
        minimum: 1,
        default: 1,
        description: "number of different system prompts, used in turn",
      }),
    }),
  }),
  strict({
    kind: Type.Literal("sharegpt"),
    path: Type.String({ description: "a file of ShareGPT's form, relative to the file that says so" }),
    ...optional({
      turns: choice(["first", "all"], { description: "the first question alone (default), or the whole conversation" }),
      output: choice(["recorded", "natural"], {
        description: "answers forced to the recorded length (default), or as long as the model likes",
      }),
      think_s: ThinkTime,
    }),
  }),
  strict({
    kind: Type.Literal("trace"),
    path: Type.Optional(
      Type.String({
        description:
          "a trace whose requests' lengths are taken, relative to the file that says so; without it the one of the arrivals",
      }),
    ),
    format: Type.Optional(choice(traceFormats, { description: "columns of that file" })),
  }),
]);
export type DatasetDeclaration = Static<typeof DatasetDeclaration>;

/** The members of a dataset that are lengths. */
export const lengthMembers = ["input_tokens", "output_tokens", "turns"] as const;

/** The dataset with a bare number of tokens, or of turns, written as the distribution that it stands for. */
export function fixedLengths(dataset: DatasetDeclaration): DatasetDeclaration {
  const members: { [member: string]: unknown } = dataset;
  const numbers = lengthMembers.filter((member) => typeof members[member] === "number");
  if (numbers.length === 0) return dataset;
  const fixed = numbers.map((member) => [member, { distribution: "fixed", value: members[member] }]);
  return { ...dataset, ...(Object.fromEntries(fixed) as object) };
}

/** True of datasets whose prompts are made of token ids, each of an exact length, as `synthetic` ones are. */
export function isMadeOfTokens({ kind }: Pick<DatasetDeclaration, "kind">): boolean {
  return kind === "synthetic" || kind === "trace";
}

/**
 * Conversations where nothing is declared: 3 to 5 turns, and questions and answers shorter than those of `chat`, since
 * each turn carries all before it: at their longest, 5 turns take 5,000 tokens.
 */
export const conversationLengths: Record<"turns" | "input" | "output", LengthDistribution> = {
  turns: { distribution: "uniform", min: 3, max: 5 },
  input: lognormal(100, 10, 500),
  output: lognormal(150, 10, 500),
};
