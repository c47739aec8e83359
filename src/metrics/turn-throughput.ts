import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { conversationsOf, NO_CONVERSATIONS } from "./conversations.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "turn_throughput",
  unit: "turns/s",
  title: "Turn throughput",
  definition: "Finished turns of conversations ÷ the measurement window; in Offline ÷ the longest latency.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const conversations = conversationsOf(input);
  const n = conversations.reduce((sum, { finished }) => sum + finished, 0);
  const { seconds, rule } = rateSpan(input);
  if (conversations.length === 0) return [valueRow(definition, { value: null, why: NO_CONVERSATIONS, n, rule })];
  if (n === 0 || seconds === null) return [valueRow(definition, { value: null, why: "no turn finished", n, rule })];
  return [valueRow(definition, { value: n / seconds, why: null, n, rule })];
}
