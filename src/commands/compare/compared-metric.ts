import { meant } from "../../matrix/index.ts";
import { accuracyDefinitions, metricDefinitions } from "../../metrics/index.ts";
import type { ComparedMetric } from "../../schema/headline-figures.ts";
import type { Statistic } from "../../schema/measurement.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";

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
