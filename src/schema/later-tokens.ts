import type { RequestRecord } from "./observation.ts";

/** What is known of an answer's tokens. */
type Answer = Pick<RequestRecord, "outputTokens" | "chunks" | "finish">;

/**
 * True where the server counted an end token without sending a token-bearing chunk for it: it has no text, so that most
 * servers send none. It has no time of arrival.
 */
export function endWasSilent({ outputTokens, chunks, finish }: Answer): boolean {
  return finish === "stop" && outputTokens !== null && outputTokens > chunks;
}

/**
 * Tokens that arrived in the chunks after the first, the server's count spread evenly over the chunks as the token log does
 * where no chunk says how many it holds; 0 of one chunk or one token. Where the server did not count, chunks stand in for tokens.
 */
export function laterTokens(answer: Answer): number {
  const { outputTokens, chunks } = answer;
  const arrived = (outputTokens ?? chunks) - (endWasSilent(answer) ? 1 : 0);
  return chunks < 2 || arrived < 2 ? 0 : arrived - Math.floor(arrived / chunks);
}

/** Nanoseconds for each token after the first chunk (TPOT); null where there is none. */
export function nsPerLaterToken(
  request: Answer & Pick<RequestRecord, "firstTokenNs" | "lastTokenNs">,
  tokens = laterTokens(request),
): number | null {
  const { firstTokenNs, lastTokenNs } = request;
  if (firstTokenNs === null || lastTokenNs === null || tokens < 1) return null;
  return (lastTokenNs - firstTokenNs) / tokens;
}
