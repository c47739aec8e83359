import { readNumbers } from "./csv.ts";

/** What the server did for one request. Times are CLOCK_MONOTONIC in nanoseconds, exact below 2^53. */
export interface TrueRequest {
  /** The number that the prompt's first word carried; -1 where it carried none. */
  tag: number;
  arrivedNs: number;
  firstNs: number;
  lastNs: number;
  tokens: number;
  finished: boolean;
  /** Tokens that shared a write with an earlier one: the server was late itself. */
  sharedWrites: number;
}

/** The log of `mock.c`, in the order of arrival. */
export function readTruth(csv: string): TrueRequest[] {
  return readNumbers(csv, ["tag", "arr", "first", "last", "sent", "done", "coal"])
    .map(({ tag, arr, first, last, sent, done, coal }) => ({
      tag,
      arrivedNs: arr,
      firstNs: first,
      lastNs: last,
      tokens: sent,
      finished: done === 1,
      sharedWrites: coal,
    }))
    .toSorted((a, b) => a.arrivedNs - b.arrivedNs);
}

/** The logs of servers that shared one port, as one. */
export function mergedTruth(logs: readonly TrueRequest[][]): TrueRequest[] {
  return logs.flat().toSorted((a, b) => a.arrivedNs - b.arrivedNs);
}

/** First arrival to last token. Zero length of no requests. */
export function loadPhase(requests: readonly TrueRequest[]): { startNs: number; endNs: number } {
  const startNs = requests[0]?.arrivedNs ?? 0;
  return { startNs, endNs: requests.reduce((end, { lastNs }) => Math.max(end, lastNs), startNs) };
}

/**
 * Mean number of requests in flight, as the server saw it, while the client still had requests to send: from the arrival
 * by which `asked` could have been open to the last arrival. Null where no such time is.
 */
export function heldInFlight(requests: readonly TrueRequest[], asked: number): number | null {
  const startNs = requests[asked - 1]?.arrivedNs;
  const endNs = requests.at(-1)?.arrivedNs;
  if (startNs === undefined || endNs === undefined || endNs <= startNs) return null;
  let openNs = 0;
  for (const { arrivedNs, lastNs } of requests) {
    openNs += Math.max(0, Math.min(lastNs, endNs) - Math.max(arrivedNs, startNs));
  }
  return openNs / (endNs - startNs);
}

/** Rate of arrivals in 1/s, and the coefficient of variation of their gaps: 1 of a Poisson process. Null under 3 requests. */
export function arrivalsOf(requests: readonly TrueRequest[]): { ratePerS: number; cv: number } | null {
  const gaps = requests.slice(1).map(({ arrivedNs }, place) => arrivedNs - requests[place]!.arrivedNs);
  if (gaps.length < 2) return null;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  if (mean === 0) return null;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1);
  return { ratePerS: 1e9 / mean, cv: Math.sqrt(variance) / mean };
}
