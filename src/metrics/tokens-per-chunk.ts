import { endWasSilent } from "../schema/observation.ts";
import { figure } from "./metric.ts";
import { finishedRequests, outputTokens, type OfObservation } from "./requests.ts";

export const tokensPerChunkFigure = figure(
  {
    id: "tokens_per_chunk",
    unit: "1",
    title: "Tokens per chunk",
    definition:
      "Output tokens ÷ token-bearing chunks; an end token that came without a chunk of its own is not counted.",
    better: "neither",
  },
  (input) => {
    const finished = finishedRequests(input);
    const value = tokensPerChunk(input);
    const why = value === null ? (outputTokens(finished).why ?? "no finished request has a token") : null;
    return { value, why, n: finished.length };
  },
);

/** Null where the server did not count, or nothing came. */
export function tokensPerChunk(input: OfObservation): number | null {
  const finished = finishedRequests(input);
  let { tokens } = outputTokens(finished);
  let chunks = 0;
  for (const request of finished) {
    chunks += request.chunks;
    if (tokens !== null && endWasSilent(request)) tokens -= 1;
  }
  return tokens === null || chunks === 0 ? null : tokens / chunks;
}
