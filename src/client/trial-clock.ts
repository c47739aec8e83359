import { NS_PER_MS } from "../math/units.ts";

/** Readings by which two clocks are laid side by side: the closest pair counts. */
const READINGS = 5;

/** The clock of one trial: monotonic nanoseconds since it was made, as a whole number (exact to 2^53, which is 104 days). */
export interface TrialClock {
  now: () => number;
  /** The time of a moment of the machine's own monotonic clock, which several processes share. */
  at(machineNs: bigint): number;
  /** The moment of the machine's own monotonic clock at a time of this one. */
  machineNs(atNs: number): bigint;
}

/**
 * Starts at zero now. `nowNs` gives nanoseconds of the machine's monotonic clock. From then on the time is read
 * with `performance.now`: the same clock of the machine (uv_hrtime, at full resolution) for half the cost, since no big
 * integers are made for a read. `fastMs` is that clock, in milliseconds.
 */
export function createTrialClock(nowNs: () => bigint, fastMs = (): number => performance.now()): TrialClock {
  const zero = pairOf(nowNs, fastMs);
  return {
    now: () => Math.round((fastMs() - zero.ms) * NS_PER_MS),
    at: (machineNs) => Number(machineNs - zero.ns),
    machineNs: (atNs) => zero.ns + BigInt(atNs),
  };
}

/** The same moment on both clocks, within half of what three readings in a row took at their quickest. */
function pairOf(nowNs: () => bigint, fastMs: () => number): { ns: bigint; ms: number } {
  let closest = { ns: 0n, ms: 0 };
  let shortest: bigint | null = null;
  for (let reading = 0; reading < READINGS; reading++) {
    const before = nowNs();
    const ms = fastMs();
    const took = nowNs() - before;
    if (shortest === null || took < shortest) {
      shortest = took;
      closest = { ns: before + took / 2n, ms };
    }
  }
  return closest;
}
