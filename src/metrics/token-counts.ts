import { askedOutputOf, askedPromptOf } from "../schema/asked-lengths.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { valuesOf } from "../schema/observation.ts";
import { deliveredInWindow } from "./delivered.ts";
import { figure, type Metric, type MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { countedRows, distributionRows } from "./rows.ts";

const counted = ["sum", "mean", "p50", "min", "max"] as const;
const asked = ["mean", "min", "max"] as const;

export const outputTokens = tokens(
  {
    id: "output_tokens",
    title: "Output tokens",
    definition:
      "Tokens that the server says it generated for each finished request, and their sum; without those of reasoning that it counts (`reasoning_tokens`) and does not send.",
    stats: counted,
  },
  (definition, input) => countedRows(definition, finishedRequests(input), (request) => request.outputTokens),
);

export const outputTokensAsked = tokens(
  {
    id: "output_tokens_asked",
    title: "Output tokens asked for",
    definition:
      "Output length that each finished request asked for (`ignore_eos`, `min_tokens`), over all its answers where `extra_body` asks for several (`n`); null where the model was to end its answer. The length served is `output_tokens`.",
    stats: asked,
  },
  (definition, input) => {
    const lengths = valuesOf(finishedRequests(input), (request) => askedOutputOf(request, input.workload));
    const none = "no finished request asked for an output length: the model ends its answers";
    return distributionRows(definition, lengths, { none });
  },
);

export const promptTokens = tokens(
  {
    id: "prompt_tokens",
    title: "Prompt tokens",
    definition: "Tokens of the prompt of each finished request, as the server counts them, and their sum.",
    stats: counted,
  },
  (definition, input) => countedRows(definition, finishedRequests(input), (request) => request.promptTokens),
);

export const promptTokensAsked = tokens(
  {
    id: "prompt_tokens_asked",
    title: "Prompt tokens asked for",
    definition:
      "Prompt length of each finished request as it was known before the send: the number of token ids, the engine's own count of a text, or, where the engine does not count, the words of a generated text. A chat's template and a conversation's history come on top. The server's count is `prompt_tokens`.",
    stats: asked,
  },
  (definition, input) => {
    const { workload } = input;
    const lengths = valuesOf(finishedRequests(input), (request) => askedPromptOf(request, workload)?.tokens ?? null);
    return distributionRows(definition, lengths, {
      none: "no finished request's prompt length was known before the send",
    });
  },
);

export const clientCpuPerToken = figure(
  {
    id: "client_cpu_per_token",
    unit: "µs",
    title: "Client CPU per token",
    definition: "CPU time of the load generator in the window ÷ the output tokens that arrived in it.",
    better: "lower",
  },
  (input) => {
    const { tokens: arrived, n, why } = deliveredInWindow(input);
    if (arrived === null) return { value: null, why, n };
    if (arrived === 0) return { value: null, why: "no output tokens", n };
    return { value: (input.observation.clientCpuS * 1e6) / arrived, why, n };
  },
);

function tokens(
  named: Pick<MetricDefinition, "id" | "title" | "definition" | "stats">,
  rowsOf: (definition: MetricDefinition, input: MetricInput) => Measurement[],
): Metric {
  const definition: MetricDefinition = { ...named, unit: "tok", better: "neither" };
  return { definition, measure: (input) => rowsOf(definition, input) };
}
