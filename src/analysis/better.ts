import type { MetricDefinition } from "../schema/measurement.ts";

/** Effects with which way is better, as each metric is defined; `neither` of one that nobody defines. */
export function withBetter<One extends { metric: string }>(
  effects: readonly One[],
  metrics: readonly MetricDefinition[],
): (One & Pick<MetricDefinition, "better">)[] {
  const ways = new Map(metrics.map(({ id, better }) => [id, better]));
  return effects.map((one) => ({ ...one, better: ways.get(one.metric) ?? "neither" }));
}
