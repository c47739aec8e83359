import { choice, optional, partial, strict } from "./strict-object.ts";
import { Type, type Static } from "typebox";
import { AxesFile } from "./axis.ts";
import { AssignmentFile, RowId, type DesignForms } from "./design.ts";
import { fidelities } from "./fidelity.ts";
import { statistics } from "./measurement.ts";
import { StopFile } from "./stop-file.ts";
import { StrayHostFile } from "./stray-host-file.ts";
import { WorkloadFile } from "./workload.ts";
import { SutFile, SystemFile } from "./sut-file.ts";

/** A design of any kind: its members follow from its `kind`. */
const designFile = (designs: DesignForms) =>
  Type.Unsafe<{ kind: string }>(
    Type.Union(Object.entries(designs).map(([kind, { members }]) => strict({ kind: Type.Literal(kind), ...members }))),
  );

export const attributions = ["mediated", "strict"] as const;

export const orders = ["declared", "shuffled", "interleaved"] as const;

/** The highest rate that holds, searched for each row: doubled until it breaks, then bisected; then a sustained run at it. */
export const PeakFile = strict({
  from: Type.Number({ exclusiveMinimum: 0, description: "requests a second to begin with" }),
  ...optional({
    to: Type.Number({ exclusiveMinimum: 0, description: "never tried above" }),
    tolerance: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.05,
      description: "how closely the peak is known at the end",
    }),
    tries: Type.Integer({ minimum: 1, maximum: 100, default: 12, description: "rates tried at most" }),
    share: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.99,
      description: "of the requests must meet the workload's slo, or the rate did not hold",
    }),
    sustain: Type.Boolean({
      default: true,
      description: "a performance trial at the highest rate that held, for each repeat",
    }),
  }),
});

export const ExclusionFile = strict({
  metric: Type.String(),
  stat: Type.Optional(choice(statistics, { default: "value" })),
  of: Type.Optional(choice(["value", "share"], { default: "value", description: "share: of the requests counted" })),
  above: Type.Number({ description: "trials above this are left out, and the report says so" }),
});

/** A baseline, as a fragment in `experiments/baselines/` or written out. */
export const BaselineFile = partial({ use: Type.String(), id: RowId, label: Type.String(), knobs: AssignmentFile });

const members = (designs: DesignForms) => ({
  $schema: Type.Optional(Type.String()),
  study: Type.String({
    pattern: "^[a-z0-9][a-z0-9._-]{0,63}$",
    description: "names the results folder: lower case, digits and . _ -",
  }),
  question: Type.String({ minLength: 1, description: "what this study answers; the first sentence of its report" }),
  sut: SutFile,
  design: designFile(designs),
  workloads: Type.Array(WorkloadFile, { minItems: 1 }),
  ...optional({
    baseline: BaselineFile,
    sweep: AxesFile,
    systems: Type.Array(SystemFile, {
      minItems: 1,
      description: "the matrix runs for each of these, on its own baseline; nothing is compared across them",
    }),
    exclude: Type.Array(AssignmentFile, {
      description:
        "cells that are left out, by settings and by row, workload, system or the name of an axis; a list stands for each of its values",
    }),
    launch: choice(["each", "shared"], {
      description: "shared: the points of a sweep share one launch of the engine",
    }),
    accuracy: Type.Union(
      [
        Type.Boolean(),
        strict({
          not_applicable: Type.String({ minLength: 1, description: "why no change can alter the answers" }),
        }),
        WorkloadFile,
      ],
      {
        description:
          "true: the first workload is scored against its references; the workload to score; or why accuracy does not apply",
      },
    ),
    repeats: Type.Integer({ minimum: 1, maximum: 1000 }),
    order: choice(orders),
    seed: Type.Integer({ minimum: 0 }),
    fidelity: choice(fidelities),
    budget: strict({ trials: Type.Integer({ minimum: 1, description: "more than so many is an error" }) }),
    gates: Type.Array(
      Type.String({
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$",
        description: "<ruleset>/<model>: mlperf-inference-v6.1/llama3.1-8b",
      }),
    ),
    peak: PeakFile,
    stop: StopFile,
    smallest_effect: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.02,
      description:
        "changes below this share do not matter: an interval within it is NO EFFECT, and nothing ships for less",
    }),
    attribution: choice(attributions, {
      default: "mediated",
      description:
        "mediated: what a change moves in the resolved configuration beside what it sets is part of its effect, and is named; strict: such a change is on HOLD",
    }),
    guardrails: Type.Record(
      Type.String(),
      Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 10 }), Type.Boolean()]),
      {
        description:
          "figures that no change may make worse, METRIC or METRIC.STAT to the margin as a share: ttft.p99: 0.2; false removes a usual one, true keeps it as it is",
      },
    ),
    exclude_trials: Type.Array(ExclusionFile, {
      description: "trials that no comparison takes, by rules stated before the run",
    }),
    stray_host: StrayHostFile,
  }),
});

/** A matrix whose design is of one of these kinds. */
export const matrixFile = (designs: DesignForms) => strict(members(designs));
export type MatrixFile = Static<ReturnType<typeof matrixFile>>;
