export const NS_PER_S = 1e9;
export const NS_PER_MS = 1e6;

/** The clock of one trial: monotonic nanoseconds since its zero, as a number (exact to 2^53, which is 104 days). */
export interface TrialClock {
  now: () => number;
  /** Moves the zero to this moment; returns how far, in nanoseconds: what to take off times that were read before. */
  restart(): number;
  /** The zero on the machine's own monotonic clock. */
  zeroNs(): bigint;
}

/** Starts at zero now. `nowNs` gives monotonic nanoseconds. */
export function createTrialClock(nowNs: () => bigint): TrialClock {
  let zero = nowNs();
  return {
    now: () => Number(nowNs() - zero),
    restart() {
      const before = zero;
      zero = nowNs();
      return Number(zero - before);
    },
    zeroNs: () => zero,
  };
}
