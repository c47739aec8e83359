import { choice } from "./choice.ts";
import { Type, type Static } from "typebox";
import { fidelities } from "./fidelity.ts";
import { WorkloadFile } from "./workload.ts";
import { strict } from "./strict-object.ts";

const id = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_.+=-]{0,63}$",
  description: "letters, digits and _ . + = - ; names the row",
});
const assignment = Type.Record(Type.String(), Type.Unknown(), { description: "knob to value" });

/** One row of a design: what it sets on top of what it is measured against. */
export const ChangeFile = strict({
  id,
  label: Type.Optional(Type.String({ description: "for people; the id where it is missing" })),
  set: assignment,
  compound: Type.Optional(Type.String({ minLength: 1, description: "why this row moves two knobs at once" })),
  skip: Type.Optional(Type.String({ minLength: 1, description: "why this row is not run; it is shown SKIPPED" })),
});

export const DesignFile = Type.Union([
  strict({ kind: Type.Literal("isolation"), changes: Type.Array(ChangeFile, { minItems: 1 }) }),
  strict({ kind: Type.Literal("stacked"), steps: Type.Array(ChangeFile, { minItems: 1 }) }),
  strict({
    kind: Type.Literal("combination"),
    strategy: Type.Optional(Type.Literal("full")),
    factors: Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 })),
    include: Type.Optional(Type.Array(ChangeFile)),
    exclude: Type.Optional(Type.Array(assignment)),
  }),
]);

export const orders = ["declared", "shuffled", "interleaved"] as const;

/** A baseline, as a fragment in `experiments/baselines/` or written out. */
export const BaselineFile = strict({
  use: Type.Optional(Type.String()),
  id: Type.Optional(id),
  label: Type.Optional(Type.String()),
  knobs: Type.Optional(assignment),
});

export const MatrixFile = strict({
  $schema: Type.Optional(Type.String()),
  study: Type.String({
    pattern: "^[a-z0-9][a-z0-9._-]{0,63}$",
    description: "names the results folder: lower case, digits and . _ -",
  }),
  question: Type.String({ minLength: 1, description: "what this study answers; the first sentence of its report" }),
  sut: strict({
    engine: Type.String({ description: "an engine file: sut/<name>.yaml" }),
    model: Type.String({ description: "a repository or a folder, as the engine takes it" }),
    revision: Type.Optional(Type.String({ description: "the commit of the model" })),
    tokenizer: Type.Optional(Type.String()),
    version: Type.Optional(Type.String({ description: "the engine's version that the study was written for" })),
    devices: Type.Optional(
      Type.Array(Type.Union([Type.Integer({ minimum: 0 }), Type.String()]), { description: "the GPUs to use" }),
    ),
    extra_args: Type.Optional(
      Type.Array(Type.String(), { description: "passed to the engine as they are: hashed, shown, not understood" }),
    ),
  }),
  baseline: BaselineFile,
  design: DesignFile,
  workloads: Type.Array(WorkloadFile, { minItems: 1 }),
  sweep: Type.Optional(
    Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }), {
      description: "load knobs that cross every row: load.concurrency: [1, 4, 16]",
    }),
  ),
  launch: Type.Optional(
    Type.Union([Type.Literal("each"), Type.Literal("shared")], {
      description: "shared: the points of a sweep share one life of the engine",
    }),
  ),
  accuracy: Type.Optional(
    Type.Union([Type.Boolean(), WorkloadFile], {
      description: "true: the first workload is scored against its references; or the workload to score",
    }),
  ),
  repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  order: Type.Optional(choice(orders)),
  seed: Type.Optional(Type.Integer({ minimum: 0 })),
  fidelity: Type.Optional(choice(fidelities)),
  budget: Type.Optional(strict({ trials: Type.Integer({ minimum: 1, description: "more than so many is an error" }) })),
  gates: Type.Optional(Type.Array(Type.String())),
});
export type MatrixFile = Static<typeof MatrixFile>;
