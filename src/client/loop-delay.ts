import { createHistogram } from "node:perf_hooks";
import { NS_PER_MS } from "../math/units.ts";
import type { ClientHealth, Pause } from "../schema/observation.ts";

/** How often the event loop is sampled, in ms: a window of 5 s has 250 values, and each costs one turn of the event loop. */
const EVERY_MS = 20;

/** A gap that is longer than intended by this, in ms, is a pause: several slices of the scheduler, or a full garbage collection. */
const PAUSE_MS = 25;
/** Only this many pauses are kept, the longest: shorter ones decide nothing. */
const MOST_PAUSES = 256;

/** Two readings of the clocks that are further apart than this, in ms, are not of one moment. */
const SAME_MOMENT_MS = 1;
/** The machine's clock counts milliseconds here, and is slewed by 0.01 ms at most between two turns: more than this, in ms, is a clock that was set. */
const SET_MS = 5;

/** How this thread's event loop did. */
export type LoopHealth = Pick<ClientHealth, "loopDelayMs" | "pauses" | "clockSetMs">;

/** The clocks that are looked at: the trial's in ns, and in ms the monotonic one of `performance.now` and the machine's wall clock. */
export interface LoopClocks {
  now: () => number;
  monotonicMs?: () => number;
  wallMs?: () => number;
}

/** Starts to watch how late this thread's timers fire, when it stood still, and whether the machine's clock was set. */
export function watchLoopDelay({ now, monotonicMs = () => performance.now(), wallMs = () => Date.now() }: LoopClocks): {
  stop(): LoopHealth;
} {
  const histogram = createHistogram();
  let pauses: Pause[] = [];
  let lastNs = now();
  let aheadMs: number | null = null;
  let clockSetMs = 0;

  /** By how much the wall clock is ahead of the monotonic one; null where the thread lost its core between the two readings. */
  const wallAhead = (): number | null => {
    const beforeMs = monotonicMs();
    const aheadOf = wallMs() - beforeMs;
    return monotonicMs() - beforeMs > SAME_MOMENT_MS ? null : aheadOf;
  };
  const look = (): void => {
    const atNs = now();
    const gapNs = atNs - lastNs;
    histogram.record(Math.max(1, Math.round(gapNs)));
    if (gapNs / NS_PER_MS - EVERY_MS > PAUSE_MS) {
      pauses.push({ startNs: lastNs + EVERY_MS * NS_PER_MS, endNs: atNs });
      if (pauses.length >= 2 * MOST_PAUSES) pauses = longest(pauses);
    }
    lastNs = atNs;
    const ahead = wallAhead();
    if (ahead === null) return;
    const stepMs = aheadMs === null ? 0 : ahead - aheadMs;
    if (Math.abs(stepMs) > SET_MS && Math.abs(stepMs) > Math.abs(clockSetMs)) clockSetMs = stepMs;
    aheadMs = ahead;
  };
  const timer = setInterval(look, EVERY_MS).unref();
  aheadMs = wallAhead();

  const delayMs = (gapNs: number): number => Math.max(0, gapNs / NS_PER_MS - EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      // A pause may lie at the very end.
      if (now() - lastNs > EVERY_MS * NS_PER_MS) look();
      const [p50, p99] = [histogram.percentile(50), histogram.percentile(99)];
      return {
        loopDelayMs:
          histogram.count === 0 ? null : { p50: delayMs(p50), p99: delayMs(p99), max: delayMs(histogram.max) },
        pauses: longest(pauses),
        clockSetMs,
      };
    },
  };
}

/** In order of time. */
export function longest(pauses: readonly Pause[]): Pause[] {
  return pauses
    .toSorted((left, right) => right.endNs - right.startNs - (left.endNs - left.startNs))
    .slice(0, MOST_PAUSES)
    .toSorted((left, right) => left.startNs - right.startNs);
}
