import type { ComparedMetric } from "../../analysis/index.ts";
import { meant } from "../../matrix/index.ts";
import { accuracyDefinitions, metricDefinitions } from "../../metrics/index.ts";
import type { Statistic } from "../../schema/measurement.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";

const performance = (metric: string, stat: Statistic): ComparedMetric => ({ metric, stat, purpose: "performance" });

/** What `ceteris compare` shows where nothing else is asked for. */
export const comparedMetrics: readonly ComparedMetric[] = [
  performance("output_throughput", "value"),
  performance("goodput", "value"),
  performance("ttft", "p50"),
  performance("ttft", "p99"),
  performance("tpot", "p50"),
  performance("e2e", "p50"),
  { metric: "rouge1", stat: "mean", purpose: "accuracy" },
];

/** Where only the metric is named, the first of these that it has. */
const usual: readonly Statistic[] = ["value", "p50", "mean"];

/** `output_throughput`, `ttft.p99`: a metric, and behind the first point its statistic. */
export function comparedMetric(text: string): Result<ComparedMetric> {
  const [, metric = "", stat] = /^([^.]*)(?:\.(.*))?$/.exec(text) ?? [];
  const definition = metricDefinitions.find(({ id }) => id === metric);
  if (definition === undefined) {
    return fail(
      "no-such-metric",
      `there is no metric \`${metric}\``,
      `${meant(
        metric,
        metricDefinitions.map(({ id }) => id),
      )} docs/metrics.md has all of them.`,
    );
  }
  const { stats } = definition;
  const found =
    stat === undefined ? (usual.find((one) => stats.includes(one)) ?? stats[0]) : stats.find((one) => one === stat);
  if (found === undefined) {
    return fail("no-such-metric", `${metric} has no \`${stat}\``, `It has: ${stats.join(", ")}.`);
  }
  const purpose = accuracyDefinitions.includes(definition) ? "accuracy" : "performance";
  return succeed({ metric, stat: found, purpose });
}
