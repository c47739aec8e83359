import type { RequestRecord } from "../schema/observation.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests, isByLoadgen, outputTokens } from "./requests.ts";
import { tokensPerChunk } from "./tokens-per-chunk.ts";

/** A stretch of time in ns of the trial's clock: after `fromNs`, up to `toNs`. */
export interface Stretch {
  fromNs: number;
  toNs: number;
}

/** Output tokens that arrived in some stretches. Null, with the reason, where they cannot be counted; else `why` says what to know about the sum. */
export interface Delivered {
  tokens: number | null;
  /** Requests that had a token there. */
  n: number;
  why: string | null;
}

/** Below this share of the tokens an estimate changes nothing that a reader could see. */
const LEAST_TOLD = 0.001;

/**
 * Output tokens that arrived within stretches that do not overlap, by the stamps of the chunks, whatever phase their
 * requests are of; what the client cut off counts as far as it came, and a request that failed does not count. The
 * server's count of a request is spread over its chunks as the token log has it. Of one that was cut off before the server
 * counted, each chunk is taken to hold as many tokens as those of the finished requests do.
 */
export function delivered(input: MetricInput, stretches: readonly Stretch[]): Delivered {
  const { requests, tokens } = input.observation;
  const finished = finishedRequests(input);
  const { why } = outputTokens(finished);
  const count = requests.length;
  const all = { chunks: new Float64Array(count), told: new Float64Array(count) };
  const within = { chunks: new Float64Array(count), told: new Float64Array(count) };
  for (const { length, request, atNs, tokens: bore } of tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const place = request[row]!;
      all.chunks[place]! += 1;
      all.told[place]! += bore[row]!;
      if (!isWithin(atNs[row]!, stretches)) continue;
      within.chunks[place]! += 1;
      within.told[place]! += bore[row]!;
    }
  }
  const perChunk = tokensPerChunk(input) ?? 1;
  let [sum, estimated, n] = [0, 0, 0];
  for (const request of requests) {
    const { index, outputTokens: counted } = request;
    if (request.error !== null) continue;
    const share = shareOf(
      request,
      all.told[index]!,
      within.told[index]!,
      all.chunks[index]!,
      within.chunks[index]!,
      stretches,
    );
    if (share === 0) continue;
    n += 1;
    if (counted !== null) sum += counted * share;
    else if (all.told[index]! > 0) sum += within.told[index]!;
    else estimated += within.chunks[index]! * perChunk;
  }
  if (why !== null && finished.length > 0) return { tokens: null, n, why };
  const total = sum + estimated;
  const note =
    estimated > LEAST_TOLD * total
      ? `${((100 * estimated) / total).toFixed(1)} % of the tokens are chunks of requests that were cut off before the server counted, at ${perChunk.toFixed(2)} tokens each`
      : null;
  return { tokens: total, n, why: note };
}

/** Several metrics are of it. */
const ofWindow = new WeakMap<MetricInput["observation"], Delivered>();

/** Output tokens of the measurement window; where LoadGen's definitions hold, those of the finished requests. */
export function deliveredInWindow(input: MetricInput): Delivered {
  if (isByLoadgen(input)) {
    const finished = finishedRequests(input);
    return { ...outputTokens(finished), n: finished.length };
  }
  const { observation } = input;
  const known = ofWindow.get(observation);
  if (known !== undefined) return known;
  const found = delivered(input, [{ fromNs: observation.window.startNs, toNs: observation.window.endNs }]);
  ofWindow.set(observation, found);
  return found;
}

/** Of a request's tokens, the part that arrived in the stretches. One without any chunk in the log arrived with its last token. */
function shareOf(
  { lastTokenNs }: RequestRecord,
  told: number,
  toldWithin: number,
  chunks: number,
  chunksWithin: number,
  stretches: readonly Stretch[],
): number {
  if (told > 0) return toldWithin / told;
  if (chunks > 0) return chunksWithin / chunks;
  return lastTokenNs !== null && isWithin(lastTokenNs, stretches) ? 1 : 0;
}

function isWithin(atNs: number, stretches: readonly Stretch[]): boolean {
  for (const { fromNs, toNs } of stretches) if (atNs > fromNs && atNs <= toNs) return true;
  return false;
}
