import { Type, type Static } from "typebox";
import { traceFormats } from "./arrival-kinds.ts";
import { choice } from "./choice.ts";
import { optional, strict } from "./strict-object.ts";

export const lengthProfiles = ["chat", "code_generation", "long_context_qa", "summarization", "cnn_dailymail"] as const;

const distributions = [
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
  strict({
    distribution: Type.Literal("normal"),
    mean: Type.Number({ exclusiveMinimum: 0 }),
    stdev: Type.Number({ minimum: 0 }),
    min: Type.Integer({ minimum: 1 }),
    max: Type.Integer({ minimum: 1 }),
  }),
];
/**
 * Lengths in tokens. `fixed` needs value; `uniform` min and max; `lognormal` median and sigma, `normal` mean and stdev, both
 * clipped to min and max.
 */
export type LengthDistribution = Static<(typeof distributions)[number]>;

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
    ...optional({
      profile: choice(lengthProfiles),
      input_tokens: LengthFile,
      output_tokens: LengthFile,
      shared_prefix_tokens: Type.Integer({
        minimum: 0,
        description: "tokens at the start of every prompt that are the same",
      }),
      prefix_groups: Type.Integer({
        minimum: 1,
        default: 1,
        description: "so many different shared prefixes, dealt out in turn",
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
    turns: Type.Optional(LengthFile),
    input_tokens: Type.Optional(LengthFile),
    output_tokens: Type.Optional(LengthFile),
    think_s: Type.Optional(ThinkTime),
    system_tokens: Type.Optional(Type.Integer({ minimum: 0, description: "length of the system prompt" })),
    system_groups: Type.Optional(
      Type.Integer({ minimum: 1, default: 1, description: "so many different system prompts, dealt out in turn" }),
    ),
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
