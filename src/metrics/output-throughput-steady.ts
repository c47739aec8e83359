import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { delivered, lengthNs } from "./delivered.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";
import { steadyWindow } from "./steady-window.ts";

export const definition: MetricDefinition = {
  id: "output_throughput_steady",
  unit: "tok/s",
  title: "Output throughput, steady",
  definition:
    "Output tokens that arrived in the steady window ÷ the window. In a closed loop it lasts while the requested concurrency is in flight, in an open loop from the first to the last scheduled send. Tokens of every open request count, also of the warm-up, of those that follow the last measured one, and of those that the client cut off; time in which a hung request held a place is left out. Null in Offline and under a ruleset, which define their own rates.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const rule = "steady window";
  const window = steadyWindow(input);
  if (window.stretches === null) return [valueRow(definition, { value: null, why: window.why, n: 0, rule })];
  const { tokens, n, why } = delivered(input, window.stretches);
  const value = tokens === null ? null : tokens / (lengthNs(window.stretches) / 1e9);
  const notes = [why, ...(tokens === null ? [] : [window.why])].filter((note) => note !== null);
  return [valueRow(definition, { value, why: notes.length === 0 ? null : notes.join("; "), n, rule })];
}
