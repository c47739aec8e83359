import type { Statistic } from "./measurement.ts";
import { rougeNames } from "./rouge.ts";
import type { Purpose } from "./trial-spec.ts";

/** A figure that is compared. */
export interface ComparedMetric {
  metric: string;
  stat: Statistic;
  /** The kind of trial that has it. */
  purpose: Purpose;
}

/** A figure that every contrast is computed for. */
interface HeadlineFigure extends ComparedMetric {
  /** Shown by `ceteris compare` unless `--metric` names others. */
  isCompared: boolean;
  /** Its column of the view `trials`: name and meaning; null where it has none. */
  column: readonly [name: string, meaning: string] | null;
}

const figure = (
  metric: string,
  stat: Statistic,
  column: HeadlineFigure["column"] = null,
  isCompared = false,
): HeadlineFigure => ({ metric, stat, purpose: "performance", column, isCompared });

/** In the order of tables. Contrasts, `ceteris compare` and the view `trials` follow from this list. */
const headlineFigures: readonly HeadlineFigure[] = [
  figure("output_throughput", "value", ["output_throughput", "output tokens a second"], true),
  figure("output_throughput_steady", "value"),
  figure("output_throughput_per_gpu", "value", [
    "output_throughput_per_gpu",
    "output tokens a second for each GPU; null where their number is not known",
  ]),
  figure("request_throughput", "value", ["request_throughput", "requests a second"]),
  figure("goodput", "value", null, true),
  figure("loadgen_tokens", "value"),
  figure("loadgen_latency", "value"),
  figure("ttft", "p50", ["ttft_p50_ms", "time to first token, median, ms"], true),
  figure("ttft", "p99", ["ttft_p99_ms", "time to first token, 99th percentile, ms"], true),
  figure("tpot", "p50", ["tpot_p50_ms", "time per output token, median, ms"], true),
  figure("interactivity", "value", ["interactivity", "1000 ÷ tpot_p50_ms: tokens a second for one user"]),
  figure("e2e", "p50", ["e2e_p50_ms", "whole request, median, ms"], true),
  figure("e2e", "p99", ["e2e_p99_ms", "whole request, 99th percentile, ms"]),
  figure("e2e_sched", "p50"),
  figure("e2e_sched", "p99"),
  ...rougeNames.map((metric): HeadlineFigure => ({
    metric,
    stat: "mean",
    purpose: "accuracy",
    column: metric === "rouge1" ? ["rouge1", "ROUGE-1 of an accuracy trial, per cent"] : null,
    isCompared: metric === "rouge1",
  })),
];

const asCompared = ({ metric, stat, purpose }: HeadlineFigure): ComparedMetric => ({ metric, stat, purpose });

/** What every contrast is computed for. */
export const headlineMetrics: readonly ComparedMetric[] = headlineFigures.map(asCompared);

/** What `ceteris compare` shows unless other figures are asked for. */
export const comparedMetrics: readonly ComparedMetric[] = headlineFigures
  .filter(({ isCompared }) => isCompared)
  .map(asCompared);

/** Those that the view `trials` has beside each trial. */
export const headlineColumns = headlineFigures.flatMap(({ metric, stat, column }) =>
  column === null ? [] : [{ metric, stat, name: column[0], meaning: column[1] }],
);
