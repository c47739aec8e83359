import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { conversationsOf, NO_CONVERSATIONS } from "./conversations.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "conversation_rate",
  unit: "conversations/s",
  title: "Conversations started a second",
  definition:
    "Measured conversations ÷ what turn throughput is over, so that their ratio is turns for each conversation. `conversation_waiting` says which of the two binds.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const n = conversationsOf(input).length;
  const { seconds, rule } = rateSpan(input);
  if (n === 0) return [valueRow(definition, { value: null, why: NO_CONVERSATIONS, n, rule })];
  if (seconds === null) return [valueRow(definition, { value: null, why: "no turn finished", n, rule })];
  return [valueRow(definition, { value: n / seconds, why: null, n, rule })];
}
