import { percentText } from "../math/figures.ts";
import { sum } from "../math/statistics.ts";
import type { RequestRecord } from "../schema/observation.ts";
import { onceEach } from "../schema/once-each.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests, isByLoadgen, outputTokens, type OfObservation } from "./requests.ts";
import { tokensPerChunk } from "./tokens-per-chunk.ts";

/** A stretch of time in ns of the trial's clock: after `fromNs`, up to `toNs`. */
export interface Stretch {
  fromNs: number;
  toNs: number;
}

/** How long some stretches are together. */
export function lengthNs(stretches: readonly Stretch[]): number {
  return sum(stretches.map(({ fromNs, toNs }) => toNs - fromNs));
}

/** Output tokens that arrived in some stretches. Null, with the reason, where they cannot be counted; else `why` says how much of the sum is an estimate. */
export interface Delivered {
  tokens: number | null;
  /** Requests that had a token there. */
  n: number;
  why: string | null;
}

/** An estimate is noted where it could move the sum by more than this share: less changes a figure of three digits by one in the last at most. */
const LEAST_NOTED = 0.001;

/**
 * Output tokens that arrived within stretches that do not overlap, by the stamps of the chunks, whatever phase their
 * requests are of; what the client cut off counts as far as it came, and a request that failed does not count. The
 * server's count of a request is spread over its chunks as the token log has it. Of one that was cut off before the server
 * counted, each chunk is taken to hold as many tokens as a chunk of the finished requests does on average. A chunk holds at
 * least one token; where one for each of those chunks would make another sum, a note says so.
 */
export function delivered(input: OfObservation, stretches: readonly Stretch[]): Delivered {
  const { requests, tokens: log } = input.observation;
  const { why } = outputTokens(finishedRequests(input));
  const [all, within] = [countsOf(requests.length), countsOf(requests.length)];
  for (const { length, request, atNs, tokens: bore } of log.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const place = request[row]!;
      all.chunks[place]! += 1;
      all.tokens[place]! += bore[row]!;
      if (!isWithin(atNs[row]!, stretches)) continue;
      within.chunks[place]! += 1;
      within.tokens[place]! += bore[row]!;
    }
  }
  const perChunk = tokensPerChunk(input) ?? 1;
  let [counted, uncountedChunks, n] = [0, 0, 0];
  for (const request of requests) {
    const { index, error, outputTokens: ofServer } = request;
    if (error !== null) continue;
    const share = shareOf(request, all, within, stretches);
    if (share === 0) continue;
    n += 1;
    if (ofServer !== null) counted += ofServer * share;
    else if (all.tokens[index]! > 0) counted += within.tokens[index]!;
    else uncountedChunks += within.chunks[index]!;
  }
  if (why !== null) return { tokens: null, n, why };
  const estimated = uncountedChunks * perChunk;
  const tokens = counted + estimated;
  const note =
    estimated - uncountedChunks > LEAST_NOTED * tokens
      ? `${percentText(estimated / tokens, 1)} of the tokens are estimated, at ${perChunk.toFixed(2)} tokens a chunk: their requests were cut off before the server counted`
      : null;
  return { tokens, n, why: note };
}

/** Several metrics use it. */
const ofWindow = onceEach(
  (observation: MetricInput["observation"]) =>
    delivered({ observation }, [{ fromNs: observation.window.startNs, toNs: observation.window.endNs }]),
  new WeakMap(),
);

/** Output tokens of the measurement window; where LoadGen's definitions hold, those of the finished requests. */
export function deliveredInWindow(input: MetricInput): Delivered {
  if (isByLoadgen(input)) {
    const finished = finishedRequests(input);
    return { ...outputTokens(finished), n: finished.length };
  }
  return ofWindow(input.observation);
}

/** What the token log has of each request, by its index. */
interface Counts {
  chunks: Float64Array;
  /** 0 where neither the chunks nor the server said how many. */
  tokens: Float64Array;
}

function countsOf(requests: number): Counts {
  return { chunks: new Float64Array(requests), tokens: new Float64Array(requests) };
}

/** Of a request's tokens, the part that arrived in the stretches. Those of a request without a chunk in the log arrived with its last token. */
function shareOf(
  { index, lastTokenNs }: RequestRecord,
  all: Counts,
  within: Counts,
  stretches: readonly Stretch[],
): number {
  if (all.tokens[index]! > 0) return within.tokens[index]! / all.tokens[index]!;
  if (all.chunks[index]! > 0) return within.chunks[index]! / all.chunks[index]!;
  return lastTokenNs !== null && isWithin(lastTokenNs, stretches) ? 1 : 0;
}

function isWithin(atNs: number, stretches: readonly Stretch[]): boolean {
  for (const { fromNs, toNs } of stretches) if (atNs > fromNs && atNs <= toNs) return true;
  return false;
}
