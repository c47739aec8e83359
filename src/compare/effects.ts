import { logRatioInterval } from "../math/statistics.ts";
import type { Effect } from "../schema/effect.ts";
import type { Contrast } from "../schema/experiment.ts";
import type { Statistic } from "../schema/measurement.ts";
import type { Purpose } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import { geometricMean, pooledValues, poolOf, type Pool } from "./pool.ts";
import { accuracyOf } from "./accuracy.ts";
import { experimentsByName, type ComparedExperiment, type ComparedStudy } from "./study.ts";

/** A figure that is compared, and the kind of trial that has it. */
export interface ComparedMetric {
  metric: string;
  stat: Statistic;
  purpose: Purpose;
}

const performance = (metric: string, stat: Statistic): ComparedMetric => ({ metric, stat, purpose: "performance" });
const accuracy = (metric: string): ComparedMetric => ({ metric, stat: "mean", purpose: "accuracy" });

/** What every contrast is told for. */
export const headlineMetrics: readonly ComparedMetric[] = [
  performance("output_throughput", "value"),
  performance("request_throughput", "value"),
  performance("ttft", "p50"),
  performance("ttft", "p99"),
  performance("tpot", "p50"),
  performance("e2e", "p50"),
  performance("e2e", "p99"),
  performance("e2e_sched", "p50"),
  performance("e2e_sched", "p99"),
  accuracy("rouge1"),
  accuracy("rouge2"),
  accuracy("rougeL"),
  accuracy("rougeLsum"),
];

/**
 * What each change did to each metric: the ratio of geometric means over usable trials, treatment to control, with
 * Welch's 95 % interval on logarithms where each side has two independent values. Metrics that neither side has are left out.
 */
export function effects(
  study: ComparedStudy,
  trials: readonly Trial[],
  metrics: readonly ComparedMetric[] = headlineMetrics,
): Effect[] {
  const experiments = experimentsByName(study);
  const pools = new Map<string, Pool>();
  const pool = (name: string, purpose: Purpose): Pool => {
    const key = `${purpose} ${name}`;
    const known = pools.get(key) ?? poolFor(study, trials, experiments.get(name), purpose);
    pools.set(key, known);
    return known;
  };
  return study.contrasts.flatMap((contrast) =>
    metrics.flatMap((metric) => {
      const sides = [pool(contrast.treatment, metric.purpose), pool(contrast.control, metric.purpose)] as const;
      return effectOf(contrast, metric, ...sides) ?? [];
    }),
  );
}

/** Accuracy belongs to a configuration: it may come from another experiment's trials. */
function poolFor(
  study: ComparedStudy,
  trials: readonly Trial[],
  experiment: ComparedExperiment | undefined,
  purpose: Purpose,
): Pool {
  if (experiment === undefined) return { trials: [], excluded: [], of: 0 };
  if (purpose !== "accuracy") return poolOf(trials, experiment.id, purpose, study.fidelity);
  const bound = accuracyOf(study, trials, experiment).trials;
  return { trials: bound, excluded: [], of: bound.length };
}

function effectOf(contrast: Contrast, { metric, stat }: ComparedMetric, above: Pool, below: Pool): Effect | null {
  const treatment = pooledValues(above, metric, stat);
  const control = pooledValues(below, metric, stat);
  if (treatment.values.length === 0 && control.values.length === 0) return null;
  const treatmentValue = geometricMean(treatment.values);
  const controlValue = geometricMean(control.values);
  const interval = logRatioInterval(treatment.values, control.values);
  const positive = [...treatment.values, ...control.values].every((value) => value > 0);
  const ratio = positive && treatmentValue !== null && controlValue !== null ? treatmentValue / controlValue : null;
  return {
    treatment: contrast.treatment,
    control: contrast.control,
    family: contrast.family,
    metric,
    stat,
    unit: treatment.unit || control.unit,
    treatmentValue,
    controlValue,
    ratio,
    interval: interval === null ? null : { lower: interval.lower, upper: interval.upper },
    method: method(treatment.values, control.values, positive, interval?.degreesOfFreedom ?? null),
    trials: { treatment: treatment.values.length, control: control.values.length },
    excluded: [...above.excluded, ...treatment.missing, ...below.excluded, ...control.missing],
  };
}

function method(
  treatment: readonly number[],
  control: readonly number[],
  positive: boolean,
  degreesOfFreedom: number | null,
): string {
  const what = "ratio of geometric means";
  if (treatment.length === 0) return "no ratio: the treatment has no usable value";
  if (control.length === 0) return "no ratio: the control has no usable value";
  if (!positive) return "no ratio: a value is not positive";
  if (degreesOfFreedom === null) return `${what}; no interval below two launches a side`;
  return `${what}; 95 % interval by Welch on logarithms, ${degreesOfFreedom.toFixed(1)} degrees of freedom`;
}
