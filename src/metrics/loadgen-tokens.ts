import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { loadgenRates } from "./loadgen-totals.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "loadgen_tokens",
  unit: "tok/s",
  title: "Tokens a second by LoadGen's formula",
  definition:
    "Under a ruleset. Offline: output tokens ÷ the longest latency. Server, as completed: output tokens ÷ the end of the query issued last.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { rates, n, why } = loadgenRates(input);
  const value = rates?.tokensPerS ?? null;
  const uncounted = "the server did not count the tokens of every answer";
  return [valueRow(definition, { value, why: value === null ? (why ?? uncounted) : null, n, rule: "loadgen" })];
}
