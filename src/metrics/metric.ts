import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { Observation } from "../schema/observation.ts";
import type { Workload } from "../schema/workload.ts";
import { valueRow } from "./rows.ts";

/** What a metric is computed from: one trial, whole. */
export interface MetricInput {
  observation: Observation;
  workload: Workload;
  /** GPUs of the configuration; null or absent where that is not known. */
  gpus?: number | null;
}

/** What it measures, declared, and how: a file of this folder, or one of several in a file. */
export interface Metric {
  definition: MetricDefinition;
  measure(input: MetricInput): Measurement[];
}

/** A single figure of a trial. */
export interface Figure {
  value: number | null;
  /** Why it is null, or what to know of it. */
  why?: string | null;
  n: number;
  /** How it was computed; absent: exact. */
  rule?: string;
}

/** A metric that is one figure. */
export function figure(
  named: Omit<MetricDefinition, "stats">,
  figureOf: (input: MetricInput) => Figure,
  source: Measurement["source"] = "client",
): Metric {
  const definition: MetricDefinition = { ...named, stats: ["value"] };
  const measure = (input: MetricInput): Measurement[] => {
    const { value, why = null, n, rule = "exact" } = figureOf(input);
    return [{ ...valueRow(definition, { value, why, n, rule }), source }];
  };
  return { definition, measure };
}
