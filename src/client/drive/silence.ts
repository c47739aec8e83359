import type { RequestRecord } from "../../schema/observation.ts";

/** Before the first answer, this many requests without a token are enough, however few are kept open. */
const FEWEST_AT_FIRST = 3;
/** Later it takes more: a few requests of hundreds may hang beside others that are answered. */
const FEWEST_LATER = 8;

/** Notices that a server has stopped answering, so that a load does not wait for one deadline after another. */
export interface SilenceWatch {
  /** To be called with each request that is over, of every phase. */
  saw(record: RequestRecord): void;
  /** Aborts when a whole wave of requests got no token. */
  signal: AbortSignal;
  /** What was noticed, in words; null where nothing was. */
  problem(): string | null;
}

/** `wave` is how many requests are kept open. */
export function watchSilence(wave: number): SilenceWatch {
  const stop = new AbortController();
  let inARow = 0;
  let answered = false;
  let first: string | null = null;
  let problem: string | null = null;
  return {
    saw({ firstTokenNs, cancelled, error }) {
      if (firstTokenNs !== null) {
        answered = true;
        inARow = 0;
        first = null;
        return;
      }
      if (cancelled || problem !== null) return;
      first ??= error;
      inARow += 1;
      if (inARow < Math.max(wave, answered ? FEWEST_LATER : FEWEST_AT_FIRST)) return;
      problem =
        `${inARow} requests in a row got no token, a whole wave of those that are kept open, so that the load was stopped; ` +
        `the first: ${first ?? "no reason"}`;
      stop.abort();
    },
    signal: stop.signal,
    problem: () => problem,
  };
}
