import type { Observation, RequestRecord, TokenBlock, TokenSource } from "../../src/schema/observation.ts";
import { clientHealth } from "./client-health.ts";

const MS = 1e6;

/** A request by its times in ms and its token times in ms. */
export interface RequestSketch extends Partial<Omit<RequestRecord, "index">> {
  scheduledMs?: number | null;
  sentMs?: number;
  tokensMs?: number[];
}

/** One whose requests are in memory. */
export interface SketchedObservation extends Observation {
  requests: RequestRecord[];
}

export interface HeldObservation extends SketchedObservation {
  tokenRows: { request: number; ordinal: number; atNs: number; tokens: number }[];
}

/** A finished request of the measured phase for each sketch; its tokens one a chunk. */
export function observationOf(
  sketches: readonly RequestSketch[],
  changes: Partial<SketchedObservation> = {},
): SketchedObservation {
  const requests = sketches.map(recordOf);
  return {
    window: { startNs: 0, endNs: Math.max(0, ...requests.map(({ endNs }) => endNs)) },
    clock: { monotonicStartNs: "0" },
    requests,
    tokens: tokensOf(
      sketches.map(({ tokensMs = [] }) => tokensMs),
      100,
      // Spread as the token log spreads the server's count; 0 where the server did not count.
      (request, ordinal) => {
        const { outputTokens, chunks } = requests[request]!;
        const upTo = (events: number): number => Math.floor(((outputTokens ?? 0) * events) / chunks);
        return upTo(ordinal + 1) - upTo(ordinal);
      },
    ),
    series: [],
    clientCpuS: 0.5,
    client: clientHealth(),
    inFlight: { asked: 4, heldMean: 3.9, heldMax: 4 },
    queueRanEmpty: null,
    gaveUp: null,
    release: () => undefined,
    ...changes,
  };
}

/** The same with its requests in memory, without those that follow the measured ones; the files that it had are given back. */
export function held(observation: Observation): HeldObservation {
  const all = [...observation.requests];
  const requests = all.filter(({ phase }) => phase !== "tail");
  const tokens: HeldObservation["tokenRows"] = [];
  for (const { length, request, ordinal, atNs, tokens: bore } of observation.tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      if (all[request[row]!]?.phase === "tail") continue;
      tokens.push({ request: request[row]!, ordinal: ordinal[row]!, atNs: atNs[row]!, tokens: bore[row]! });
    }
  }
  observation.release();
  return { ...observation, requests, tokenRows: tokens };
}

/** Token events in memory: of every request its times in ms, `bore` tokens each, in blocks of `rowsPerBlock`. */
export function tokensOf(
  timesMs: readonly (readonly number[])[],
  rowsPerBlock = 100,
  bore: (request: number, ordinal: number) => number = () => 1,
): TokenSource {
  const rows = timesMs.flatMap((times, request) =>
    times.map((at, ordinal) => ({
      request,
      ordinal,
      at: at * MS,
      gap: ordinal === 0 ? Number.NaN : (at - times[ordinal - 1]!) * MS,
    })),
  );
  return {
    length: rows.length,
    *blocks(): Generator<TokenBlock> {
      for (let from = 0; from < rows.length; from += rowsPerBlock) {
        const own = rows.slice(from, from + rowsPerBlock);
        yield {
          length: own.length,
          request: Uint32Array.from(own, ({ request }) => request),
          ordinal: Uint32Array.from(own, ({ ordinal }) => ordinal),
          atNs: Float64Array.from(own, ({ at }) => at),
          gapNs: Float64Array.from(own, ({ gap }) => gap),
          tokens: Uint16Array.from(own, ({ request, ordinal }) => bore(request, ordinal)),
        };
      }
    },
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
    class: null,
    cancelled: false,
    scheduledNs: scheduledMs === null ? null : scheduledMs * MS,
    heldNs: null,
    sentNs: sentMs * MS,
    firstTokenNs: tokensMs[0] === undefined ? null : tokensMs[0] * MS,
    lastTokenNs: last === undefined ? null : last * MS,
    endNs: (last ?? sentMs) * MS,
    resent: 0,
    promptTokens: 10,
    outputTokens: tokensMs.length,
    askedPromptTokens: null,
    askedPromptIsAbout: false,
    askedOutputTokens: null,
    countProblem: null,
    chunks: tokensMs.length,
    finish: "length",
    status: 200,
    error: null,
    text: null,
    outputHash: null,
    ...given,
  };
}
