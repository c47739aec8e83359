import type { RequestRecord, TokenColumns } from "../schema/observation.ts";

/** What `TokenColumns.tokens` can hold. */
const MOST_TOKENS_OF_AN_EVENT = 65_535;

/** The token-bearing events of a trial in columns that grow: nothing is allocated for a single event. */
export interface TokenLog {
  /** `tokens` is what the event itself said it carries; null where it did not say. */
  append(request: number, atNs: number, tokens: number | null): void;
  /** Tokens so far, an event that did not say counted as one: for progress, never for a result. */
  tokensSoFar(): number;
  /** Takes `byNs` off every time so far. */
  shift(byNs: number): void;
  /**
   * The columns, cut to their length. Where an event of a request did not say how many tokens it carries, the
   * server's count of that request is spread evenly over its events, in order of arrival; where the server gave no
   * count, they stay 0: not known.
   */
  finish(requests: readonly RequestRecord[]): TokenColumns;
}

/** An empty log with room for so many events before it first grows. */
export function createTokenLog(room = 4096): TokenLog {
  let length = 0;
  let soFar = 0;
  let request = new Uint32Array(room);
  let at = new Float64Array(room);
  let tokens = new Uint16Array(room);
  const silent = new Set<number>();

  const grow = (): void => {
    const more = at.length * 2;
    request = withRoom(request, new Uint32Array(more));
    at = withRoom(at, new Float64Array(more));
    tokens = withRoom(tokens, new Uint16Array(more));
  };

  return {
    append(index, atNs, said) {
      if (length === at.length) grow();
      request[length] = index;
      at[length] = atNs;
      tokens[length] = Math.min(said ?? 0, MOST_TOKENS_OF_AN_EVENT);
      length += 1;
      soFar += said ?? 1;
      if (said === null) silent.add(index);
    },
    tokensSoFar: () => soFar,
    shift(byNs) {
      for (let row = 0; row < length; row++) at[row]! -= byNs;
    },
    finish(requests) {
      const seen = new Uint32Array(requests.length);
      for (let row = 0; row < length; row++) {
        const index = request[row]!;
        if (!silent.has(index)) continue;
        const { outputTokens, chunks } = requests[index]!;
        const before = seen[index]!;
        seen[index] = before + 1;
        const share = shareOf(outputTokens ?? 0, chunks, before + 1) - shareOf(outputTokens ?? 0, chunks, before);
        tokens[row] = Math.min(share, MOST_TOKENS_OF_AN_EVENT);
      }
      return { length, request: request.slice(0, length), atNs: at.slice(0, length), tokens: tokens.slice(0, length) };
    },
  };
}

/** Of `total`, what the first `part` of `parts` hold. */
function shareOf(total: number, parts: number, part: number): number {
  return Math.floor((total * part) / parts);
}

function withRoom<Column extends Uint32Array | Float64Array | Uint16Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
