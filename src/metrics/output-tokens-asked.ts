import { askedOutputOf } from "../schema/asked-lengths.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests, valuesOf } from "./requests.ts";
import { distributionRows } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "output_tokens_asked",
  unit: "tok",
  title: "Output tokens asked for",
  definition:
    "Output length that each finished request asked for (`ignore_eos`, `min_tokens`); null where the model was to end its answer. The length served is `output_tokens`.",
  better: "neither",
  stats: ["mean", "min", "max"],
};

export function measure(input: MetricInput): Measurement[] {
  const asked = valuesOf(finishedRequests(input), (request) => askedOutputOf(request, input.workload));
  return distributionRows(definition, asked, {
    none: "no finished request asked for an output length: the model ends its answers",
  });
}
