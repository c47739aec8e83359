/** What a trial saw: raw, in columns. Times are nanoseconds since `clock.startNs`, as numbers (exact to 2^53). */
export interface Observation {
  window: { startNs: number; endNs: number };
  clock: { monotonicStartNs: string; wallStart: string };
  requests: RequestRecord[];
  tokens: TokenColumns;
  series: Series[];
  /** CPU seconds that the load generator used in the window. */
  clientCpuS: number;
  /** How the load generator itself fared in the window: what a client-bound verdict rests on. */
  client: ClientHealth;
  inFlight: { asked: number; heldMean: number; heldMax: number };
  /** Offline: true where the engine's queue ran empty before the last request was sent; null where nobody could tell. */
  queueRanEmpty: boolean | null;
}

/** The load generator as an instrument. Delays in milliseconds. */
export interface ClientHealth {
  /** How late timers fired: the event loop was busy, or the process was not run. Null where it was not sampled. */
  loopDelayMs: { p50: number; p99: number; max: number } | null;
  /** CPU seconds ÷ seconds of the window: 1 is a core that does nothing else. */
  cpuShare: number;
  /** Most bytes that lay waiting when a socket was read; null where nobody looked. */
  backlogBytesMax: number | null;
}

export interface RequestRecord {
  index: number;
  /** Index into the dataset. */
  sample: number;
  phase: "warmup" | "measure";
  /** The client chunk that it was part of; null without chunks. */
  chunk: number | null;
  session: number | null;
  turn: number | null;
  /** The intended send; null in a closed loop, which has none. Offline: the start. */
  scheduledNs: number | null;
  sentNs: number;
  firstTokenNs: number | null;
  lastTokenNs: number | null;
  endNs: number;
  promptTokens: number | null;
  /** The server's count (`usage` or returned token ids); null where it never said. */
  outputTokens: number | null;
  /** Stream events that bore tokens. */
  chunks: number;
  finish: string | null;
  status: number | null;
  error: string | null;
  /** Kept for accuracy and for the hash; null in a performance run that does not ask for it. */
  text: string | null;
  outputHash: string | null;
}

/** One row for each token-bearing event, in order of arrival. */
export interface TokenColumns {
  length: number;
  request: Uint32Array;
  atNs: Float64Array;
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
