import { compareAcross, type Side } from "../../src/analysis/across.ts";
import { poolOf } from "../../src/analysis/pool.ts";
import { unlikeness } from "../../src/analysis/unlike.ts";
import type { ComparedOperand, Comparison } from "../../src/schema/comparison.ts";
import type { ComparedMetric } from "../../src/schema/headline-figures.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "./fake-trials.ts";

type Operand = Side & ComparedOperand;

const experiment = fakeExperiment("baseline", 0, {});
const throughput = [{ metric: "output_throughput", stat: "value", purpose: "performance" }] as const;

/** A side with a launch for each throughput, in tokens a second. */
export function comparedOperand(
  study: string,
  values: readonly number[],
  origin: Trial["origin"] = "measured",
): Operand {
  const trials = values.map((value, index) => ({
    ...fakeTrial(experiment, { throughput: value, replicate: index + 1, origin }),
    study,
  }));
  const pool = (purpose: "performance" | "accuracy") => poolOf({ fidelity: "valid" }, trials, experiment.id, purpose);
  return {
    name: `${study}/baseline`,
    study,
    experiment: "baseline",
    performance: pool("performance"),
    accuracy: pool("accuracy"),
    attached: false,
    origins: [origin],
    notes: [],
  };
}

/** Sides beside the first of them, by the metrics. */
export function fakeComparison(
  operands: [Operand, ...Operand[]],
  metrics: readonly ComparedMetric[] = throughput,
): Comparison {
  const [control, ...others] = operands;
  return {
    operands,
    unlike: others.map(({ name, performance }) => ({
      treatment: name,
      purpose: "performance",
      found: unlikeness(control.performance.trials, performance.trials),
    })),
    notes: [],
    effects: compareAcross(control, others, metrics, 0.02),
  };
}
