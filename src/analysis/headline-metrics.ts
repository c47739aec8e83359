import type { Statistic } from "../schema/measurement.ts";
import type { Purpose } from "../schema/trial-spec.ts";

/** A figure that is compared, and the kind of trial that has it. */
export interface ComparedMetric {
  metric: string;
  stat: Statistic;
  purpose: Purpose;
}

const performance = (metric: string, stat: Statistic): ComparedMetric => ({ metric, stat, purpose: "performance" });
const accuracy = (metric: string): ComparedMetric => ({ metric, stat: "mean", purpose: "accuracy" });

/** The figures whose effects every contrast shows. */
export const headlineMetrics: readonly ComparedMetric[] = [
  performance("output_throughput", "value"),
  performance("output_throughput_steady", "value"),
  performance("request_throughput", "value"),
  performance("goodput", "value"),
  performance("loadgen_tokens", "value"),
  performance("loadgen_latency", "value"),
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
