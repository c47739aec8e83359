/** What a trial saw: raw, in columns. Times are nanoseconds since `clock.startNs`, as numbers (exact to 2^53). */
export interface Observation {
  window: { startNs: number; endNs: number };
  clock: { monotonicStartNs: string; wallStart: string };
  requests: RequestRecord[];
  tokens: TokenColumns;
  series: Series[];
  /** CPU seconds that the load generator used in the window. */
  clientCpuS: number;
  inFlight: { asked: number; heldMean: number; heldMax: number };
  /** Offline: true where the engine's queue ran empty before the last request was sent; null where nobody could tell. */
  queueRanEmpty: boolean | null;
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
