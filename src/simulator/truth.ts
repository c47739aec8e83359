import type { FinishReason, Sequence } from "./sequence.ts";

/** Real times of one request, in milliseconds of the monotonic clock. */
export interface TruthRecord {
  arrivedMs: number;
  firstSentMs: number | null;
  lastSentMs: number | null;
  worstLatenessMs: number;
}

/** How a request ended and when, in the same time. */
export interface TruthEnd {
  finish: FinishReason | "error";
  endedMs: number;
}

/**
 * Columns of the truth: times in milliseconds after the request's arrival, `arrived_unix_ms` by the wall clock. `due` is
 * the engine's own schedule, `sent` when the event was written: what is between them is its lateness, and no client's.
 * `ended_ms` of a request that the client cut off is when the engine heard of it.
 */
export const truthHeader =
  "id,arrived_unix_ms,first_due_ms,first_sent_ms,last_due_ms,last_sent_ms,prompt_tokens,output_tokens,cached_tokens,preemptions,worst_lateness_ms,ended_ms,finish";

/** One line of CSV: what the engine did for one request, to hold a client's figures against. `msOf` turns engine seconds into real milliseconds. */
export function truthRow(
  sequence: Sequence,
  record: TruthRecord,
  { finish, endedMs }: TruthEnd,
  msOf: (seconds: number) => number,
  unixOriginMs: number,
): string {
  const after = (ms: number | null) => (ms === null ? "" : (ms - record.arrivedMs).toFixed(3));
  const due = (seconds: number | null) => after(seconds === null ? null : msOf(seconds));
  return [
    sequence.id,
    (unixOriginMs + record.arrivedMs).toFixed(3),
    due(sequence.firstTokenS),
    after(record.firstSentMs),
    due(sequence.lastTokenS),
    after(record.lastSentMs),
    sequence.promptTokens,
    sequence.said,
    sequence.cachedTokens,
    sequence.preemptions,
    record.worstLatenessMs.toFixed(3),
    after(endedMs),
    finish,
  ].join(",");
}
