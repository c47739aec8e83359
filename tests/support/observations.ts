import type { Observation, RequestRecord } from "../../src/schema/observation.ts";

const MS = 1e6;

/** A request by its times in ms and its token times in ms. */
export interface RequestSketch extends Partial<Omit<RequestRecord, "index">> {
  scheduledMs?: number | null;
  sentMs?: number;
  tokensMs?: number[];
}

/** A finished request of the measured phase for each sketch; the tokens of all in order of arrival, one a chunk. */
export function observationOf(sketches: readonly RequestSketch[], changes: Partial<Observation> = {}): Observation {
  const requests = sketches.map(recordOf);
  const arrivals = sketches
    .flatMap(({ tokensMs = [] }, request) => tokensMs.map((at) => ({ request, at: at * MS })))
    .toSorted((left, right) => left.at - right.at);
  return {
    window: { startNs: 0, endNs: Math.max(0, ...requests.map(({ endNs }) => endNs)) },
    clock: { monotonicStartNs: "0", wallStart: "2026-01-01T00:00:00.000Z" },
    requests,
    tokens: {
      length: arrivals.length,
      request: Uint32Array.from(arrivals, ({ request }) => request),
      atNs: Float64Array.from(arrivals, ({ at }) => at),
      tokens: Uint16Array.from(arrivals, () => 1),
    },
    series: [],
    clientCpuS: 0.5,
    client: { loopDelayMs: { p50: 0.1, p99: 0.8, max: 2.5 }, cpuShare: 0.1, backlogBytesMax: 4096 },
    inFlight: { asked: 4, heldMean: 3.9, heldMax: 4 },
    queueRanEmpty: null,
    ...changes,
  };
}

function recordOf(
  { scheduledMs = null, sentMs = 0, tokensMs = [], ...given }: RequestSketch,
  index: number,
): RequestRecord {
  const last = tokensMs.at(-1);
  return {
    index,
    sample: index,
    phase: "measure",
    chunk: null,
    session: null,
    turn: null,
    scheduledNs: scheduledMs === null ? null : scheduledMs * MS,
    sentNs: sentMs * MS,
    firstTokenNs: tokensMs[0] === undefined ? null : tokensMs[0] * MS,
    lastTokenNs: last === undefined ? null : last * MS,
    endNs: (last ?? sentMs) * MS,
    promptTokens: 10,
    outputTokens: tokensMs.length,
    chunks: tokensMs.length,
    finish: "length",
    status: 200,
    error: null,
    text: null,
    outputHash: null,
    ...given,
  };
}
