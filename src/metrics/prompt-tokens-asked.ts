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
    "Tokens of the prompt of each finished request as they were known before it was sent: of token ids, of a text that the engine counted, or (where it does not count) the words of a made text; a chat's template and a conversation's history come on top. What the server counted is `prompt_tokens`.",
  better: "neither",
  stats: ["mean", "min", "max"],
};

export function measure(input: MetricInput): Measurement[] {
  const asked = valuesOf(finishedRequests(input), (request) => askedPromptOf(request, input.workload)?.tokens ?? null);
  return distributionRows(definition, asked, { none: "nobody knew the tokens of a finished request's prompt before" });
}
