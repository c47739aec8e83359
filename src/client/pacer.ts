import { NS_PER_MS } from "./trial-clock.ts";

/**
 * How long before a due time the timer is set to end, in ms. Node's timers count whole milliseconds of a clock that is
 * cut to them, so that one set for n ms may fire up to 1 ms after it; what is left is waited out by polling.
 */
const TIMER_MARGIN_MS = 1;

/** The longest sleep, in ms: so soon after a stop, and so often, `meanwhile` is asked. */
const LONGEST_SLEEP_MS = 50;

/** A turn of the event loop that finds nothing to do takes a few microseconds; reading one event takes more than twenty. */
const IDLE_TURN_NS = 20_000;

/** Waits for points on an absolute schedule. */
export interface Pacer {
  /** Resolves at the time, in ns of the clock, or soon after `stopped` says so; at once where it is past. */
  until(dueNs: number): Promise<void>;
  /** Lets everything else that is due have its turn. */
  yield(): Promise<void>;
  /** Nanoseconds that were spent on polling: CPU time that was not needed for the load. */
  polledNs(): number;
}

/** `now` in ns; `meanwhile` is called before each sleep. */
export function createPacer(now: () => number, stopped: () => boolean, meanwhile: () => void): Pacer {
  let polledNs = 0;
  return {
    async until(dueNs) {
      for (let atNs = now(); atNs < dueNs && !stopped();) {
        const leftMs = (dueNs - atNs) / NS_PER_MS;
        if (leftMs >= 1 + TIMER_MARGIN_MS) {
          meanwhile();
          await sleep(Math.min(Math.floor(leftMs - TIMER_MARGIN_MS), LONGEST_SLEEP_MS));
          atNs = now();
        } else {
          await nextTurn();
          const afterNs = now();
          // A turn in which other work was done is longer; that is no polling.
          if (afterNs - atNs < IDLE_TURN_NS) polledNs += afterNs - atNs;
          atNs = afterNs;
        }
      }
    },
    yield: nextTurn,
    polledNs: () => polledNs,
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
