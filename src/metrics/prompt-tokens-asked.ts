import { askedPromptOf } from "../schema/asked-lengths.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests, valuesOf } from "./requests.ts";
import { distributionRows } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "prompt_tokens_asked",
  unit: "tok",
  title: "Prompt tokens asked for",
  definition:
    "Prompt length of each finished request as it was known before the send: the number of token ids, the engine's own count of a text, or, where the engine does not count, the words of a generated text. A chat's template and a conversation's history come on top. The server's count is `prompt_tokens`.",
  better: "neither",
  stats: ["mean", "min", "max"],
};

export function measure(input: MetricInput): Measurement[] {
  const asked = valuesOf(finishedRequests(input), (request) => askedPromptOf(request, input.workload)?.tokens ?? null);
  return distributionRows(definition, asked, { none: "no finished request's prompt length was known before the send" });
}
