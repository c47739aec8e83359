import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { Observation } from "../schema/observation.ts";
import type { Workload } from "../schema/workload.ts";

/** What a metric is computed from: one trial, whole. */
export interface MetricInput {
  observation: Observation;
  workload: Workload;
  /** GPUs of the configuration; null or absent where that is not known. */
  gpus?: number | null;
}

/** A file of this folder: what it measures, declared, and how. */
export interface Metric {
  definition: MetricDefinition;
  measure(input: MetricInput): Measurement[];
}
