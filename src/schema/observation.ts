import { onceEach } from "./once-each.ts";

/**
 * What a trial saw: raw. Times are nanoseconds since `clock.startNs`, as numbers (exact to 2^53). Requests and tokens may
 * lie on disk: they are read from there each time that they are asked for, and never all held at once.
 */
export interface Observation {
  window: { startNs: number; endNs: number };
  clock: { monotonicStartNs: string };
  requests: RequestSource;
  tokens: TokenSource;
  series: Series[];
  /** CPU seconds that the load generator used in the window. */
  clientCpuS: number;
  /** How the load generator itself fared in the window: what a client-bound verdict rests on. */
  client: ClientHealth;
  inFlight: { asked: number; heldMean: number; heldMax: number };
  /** Offline: true where the engine's queue ran empty before the last request was sent; null where nobody could tell. */
  queueRanEmpty: boolean | null;
  /** How a warm-up with a gate ended; null or absent where it had none. */
  warmUp?: WarmUp | null;
  /** Why a probe ended before its schedule did; null of one that ran to its end. Times in ns from the start. */
  gaveUp: { atNs: number; lastDueNs: number; missed: number; allowed: number } | null;
  /** Says that a whole wave of requests got no token, so that the load was stopped; null or absent where it was not. */
  silence?: string | null;
  /** Gives back the files behind `requests` and `tokens`, which cannot be read after it. A second call does nothing. */
  release(): void;
}

/** A warm-up that was to go on until it is steady. Of several processes, each of which watched its own part, the worst. */
export interface WarmUp {
  /** False where the longest wait was over before. */
  steady: boolean;
  requests: number;
  tookS: number;
  /** Coefficient of variation of the last block means; null where too few requests finished for it. */
  cv: number | null;
}

/** The requests of a trial in the order of their index, as often as they are asked for; an array is one. */
export interface RequestSource extends Iterable<RequestRecord> {
  readonly length: number;
}

/** The token-bearing events of a trial, as often as they are asked for. */
export interface TokenSource {
  /** Events in all. */
  readonly length: number;
  /** Those of one request stand behind each other, in order of arrival. A block is lent: it is valid until the next one. */
  blocks(): Iterable<TokenBlock>;
}

/** In milliseconds. */
export interface Delays {
  p50: number;
  p99: number;
  max: number;
}

/** The load generator as an instrument. */
export interface ClientHealth {
  /** How late timers fired: the event loop was busy, or the process was not run. Null where it was not sampled. */
  loopDelayMs: Delays | null;
  /** CPU seconds of the thread that sends and reads ÷ seconds of the load: 1 is a core that does nothing else. */
  cpuShare: number;
  /**
   * How long what had arrived lay in the kernel before it was read, where the times of arrival are the kernel's own: by so
   * much they would be wrong if the client had taken them. Null where it did.
   */
  readDelayMs: Delays | null;
  /** Most bytes that lay waiting when a socket was read; null where nobody looked. */
  backlogBytesMax: number | null;
  /** How far off the kernel's times of arrival can be; null where the client took the times itself. */
  stamps: StampHealth | null;
  /** When the thread stood still for more than 25 ms, in order of time; where there are very many, the longest. */
  pauses: Pause[];
  /** The largest step by which the machine's wall clock was set, in ms: negative where it was set back, 0 where it was not set. */
  clockSetMs: number;
}

/** How precise the kernel's stamps are: all events of one read have the time of its last byte. */
export interface StampHealth {
  /** How much earlier the first event of a read can have come: the time since its socket was last seen empty, read or asked. */
  boundMs: Delays;
  /** Token-bearing events that have the stamp of a later one, ÷ all. */
  sharedShare: number;
  /** Reads whose stamp was later than now, or earlier than the socket's last read or look before it, ÷ all: such a stamp was moved to that bound. */
  clampedShare: number;
}

/** From when the thread's turn was due until it ran, in ns since the start: it may have stopped up to 20 ms before. */
export interface Pause {
  startNs: number;
  endNs: number;
}

export interface RequestRecord {
  index: number;
  /** Index into the dataset. */
  sample: number;
  /**
   * The measured requests alone are scored. Those of the warm-up come before them; those of the tail follow them, so that
   * the load stays whole until the last measured one is over, and are cut off then. Docs: `bench.md`, "What is measured".
   */
  phase: "warmup" | "measure" | "tail";
  /** The client chunk that it was part of; null without chunks. */
  chunk: number | null;
  /** The conversation, and the turn in it from 0; null for a single question. */
  session: number | null;
  turn: number | null;
  /** Name of its request class; null where the workload has none. */
  class: string | null;
  /** True where the client cut it off on purpose: it is neither finished nor failed. */
  cancelled: boolean;
  /** The intended send; null in a closed loop, which has none. Offline: the start. */
  scheduledNs: number | null;
  /** How long `load.max_in_flight` held it back after it was due; null where the load has no such limit. */
  heldNs: number | null;
  sentNs: number;
  firstTokenNs: number | null;
  lastTokenNs: number | null;
  endNs: number;
  /** How often it was sent again, because its server closed the kept connection before it can have read the request. */
  resent: number;
  promptTokens: number | null;
  /** The server's count (`usage` or returned token ids); null where it gave none, or one that cannot be true. */
  outputTokens: number | null;
  /** The prompt's length: of its token ids, as the engine counted it beforehand, or (about) in words; null where it was unknown. `askedPromptOf` says how to read it. */
  askedPromptTokens: number | null;
  /** True where it is in words, whose tokens were not counted. */
  askedPromptIsAbout: boolean;
  /** The output length that this request was to be forced to; null where it had none of its own. */
  askedOutputTokens: number | null;
  /** What is wrong with the server's counts, which are null then; null where nothing is. */
  countProblem: string | null;
  /** Stream events that bore tokens. */
  chunks: number;
  finish: string | null;
  status: number | null;
  error: string | null;
  /** Kept for accuracy and for the hash; null in a performance run that does not ask for it. */
  text: string | null;
  outputHash: string | null;
}

/** What a measured request keeps once its trial is stored: times in whole ns of the trial's clock. */
export type StoredRequest = Pick<
  RequestRecord,
  | "sample"
  | "chunk"
  | "scheduledNs"
  | "sentNs"
  | "firstTokenNs"
  | "lastTokenNs"
  | "endNs"
  | "outputTokens"
  | "error"
  | "cancelled"
>;

/** Some token-bearing events in columns, one row for each; rows from `length` on mean nothing. */
export interface TokenBlock {
  length: number;
  request: Uint32Array;
  /** Place among the events of its request, from 0. */
  ordinal: Uint32Array;
  atNs: Float64Array;
  /** Since the event before of the same request; NaN for its first. */
  gapNs: Float64Array;
  /** Tokens that the event bore; 0 where nobody said. */
  tokens: Uint16Array;
}

/** A figure over time. */
export interface Series {
  name: string;
  unit: string;
  source: "engine" | "telemetry" | "client";
  atNs: number[];
  value: (number | null)[];
}

type Outcome = Pick<RequestRecord, "error" | "cancelled">;

/** True of a request whose answer came whole. One that the client cut off on purpose has neither finished nor failed. */
export function hasFinished({ error, cancelled }: Outcome): boolean {
  return error === null && !cancelled;
}

export function hasFailed({ error, cancelled }: Outcome): boolean {
  return error !== null && !cancelled;
}

/** The measured requests, without those of the warm-up and the tail, and those of them that finished and that failed. */
export interface MeasuredRequests {
  all: RequestSource;
  finished: RequestSource;
  failed: RequestSource;
}

export function measuredRequests({ requests }: Pick<Observation, "requests">): MeasuredRequests {
  return counted(requests);
}

/** Requests may lie on disk, so that they are counted once and not for each metric and check. */
const counted = onceEach((requests: RequestSource): MeasuredRequests => {
  const lengths = { all: 0, finished: 0, failed: 0 };
  for (const request of requests) {
    if (!isMeasured(request)) continue;
    lengths.all += 1;
    if (hasFinished(request)) lengths.finished += 1;
    if (hasFailed(request)) lengths.failed += 1;
  }
  return {
    all: requestsWhere(requests, lengths.all, isMeasured),
    finished: requestsWhere(requests, lengths.finished, (request) => isMeasured(request) && hasFinished(request)),
    failed: requestsWhere(requests, lengths.failed, (request) => isMeasured(request) && hasFailed(request)),
  };
}, new WeakMap());

function isMeasured({ phase }: RequestRecord): boolean {
  return phase === "measure";
}

/** The requests for which `wanted` holds, `length` of them, read from their source each time. */
export function requestsWhere(
  requests: RequestSource,
  length: number,
  wanted: (request: RequestRecord) => boolean,
): RequestSource {
  return {
    length,
    *[Symbol.iterator]() {
      for (const request of requests) if (wanted(request)) yield request;
    },
  };
}

/** One value of each request that has one, in their order. */
export function valuesOf(
  requests: Iterable<RequestRecord>,
  value: (request: RequestRecord) => number | null,
): number[] {
  const values: number[] = [];
  for (const request of requests) {
    const own = value(request);
    if (own !== null) values.push(own);
  }
  return values;
}

/** What is known of an answer's tokens. */
type Answer = Pick<RequestRecord, "outputTokens" | "chunks" | "finish">;

/** Finish reasons of answers that the model did not end; after any other it said an end token. */
export const cutShort: readonly string[] = ["length", "content_filter"];

/**
 * True where the server counted an end token without sending a token-bearing chunk for it: it has no text, so that most
 * servers send none. It has no time of arrival.
 */
export function endWasSilent({ outputTokens, chunks, finish }: Answer): boolean {
  return finish !== null && !cutShort.includes(finish) && outputTokens !== null && outputTokens > chunks;
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
