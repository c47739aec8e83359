import { NS_PER_MS } from "../../math/units.ts";
import type { DueTimer } from "../transport/socket-backend.ts";

/**
 * How long before a due time the timer is set to end, in ms. Node's timers count whole milliseconds of a clock that is
 * cut to them, so that one set for n ms may fire up to 1 ms after it; what is left is waited out by polling.
 */
const TIMER_MARGIN_MS = 1;

/** The longest sleep, in ms: so soon after a stop, and so often, `meanwhile` is asked. */
const LONGEST_SLEEP_MS = 50;

/** A turn of the event loop that finds nothing to do takes a few microseconds; reading one event takes more than twenty. */
const IDLE_TURN_NS = 20_000;

/** Waits for points on an absolute schedule. Any number may wait: one loop sleeps and polls for all of them. */
export interface Pacer {
  /** Calls at the time, in ns of the clock, or soon after `stopped` says so, and never before it returns. `meanwhile` is called before each sleep. */
  at(dueNs: number, call: () => void, meanwhile?: () => void): void;
  /** Resolves when `at` would call; at once where the time is past. */
  until(dueNs: number): Promise<void>;
  /** Calls when everything else that is due has had its turn. */
  yield(call: () => void): void;
  /** Nanoseconds that were spent on polling: CPU time that was not needed for the load. */
  polledNs(): number;
}

interface Waiter {
  dueNs: number;
  call: () => void;
  meanwhile: (() => void) | undefined;
}

/** `now` in ns. With a due timer nothing is polled. */
export function createPacer(now: () => number, stopped: () => boolean, dueTimer: DueTimer | null = null): Pacer {
  let polledNs = 0;
  /** By due time, the nearest last. */
  const waiting: Waiter[] = [];
  let running = false;
  /** Ends the sleep; null while there is none. */
  let wake: (() => void) | null = null;

  const sleep = (leftMs: number, nearest: Waiter): void => {
    for (const { meanwhile } of waiting) meanwhile?.();
    if (dueTimer !== null) {
      wake = () => dueTimer.clear();
      dueTimer.set(Math.min(nearest.dueNs, now() + LONGEST_SLEEP_MS * NS_PER_MS), serve);
    } else {
      const timer = setTimeout(serve, Math.min(Math.floor(leftMs - TIMER_MARGIN_MS), LONGEST_SLEEP_MS));
      wake = () => clearTimeout(timer);
    }
  };

  const poll = (beforeNs: number): void => {
    setImmediate(() => {
      const tookNs = now() - beforeNs;
      // A turn in which other work was done is longer; that is no polling.
      if (tookNs < IDLE_TURN_NS) polledNs += tookNs;
      serve();
    });
  };

  /** Calls all that are due, and waits for the next. */
  const serve = (): void => {
    wake = null;
    for (let nearest = waiting.at(-1); nearest !== undefined; nearest = waiting.at(-1)) {
      const atNs = now();
      const leftMs = (nearest.dueNs - atNs) / NS_PER_MS;
      if (leftMs > 0 && !stopped()) {
        if (dueTimer !== null || leftMs >= 1 + TIMER_MARGIN_MS) sleep(leftMs, nearest);
        else poll(atNs);
        return;
      }
      waiting.pop();
      nearest.call();
    }
    running = false;
  };

  const at: Pacer["at"] = (dueNs, call, meanwhile) => {
    const place = placeOf(waiting, dueNs);
    waiting.splice(place, 0, { dueNs, call, meanwhile });
    const isNearest = place === waiting.length - 1;
    if (running && (wake === null || !isNearest)) return;
    wake?.();
    wake = null;
    running = true;
    // Not before it returns.
    queueMicrotask(serve);
  };

  return {
    at,
    until(dueNs) {
      if (now() >= dueNs || stopped()) return Promise.resolve();
      return new Promise((resolve) => at(dueNs, resolve));
    },
    yield: (call) => void setImmediate(call),
    polledNs: () => polledNs,
  };
}

/** Where a due time belongs among those that come later first. */
function placeOf(waiting: readonly Waiter[], dueNs: number): number {
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (waiting[middle]!.dueNs > dueNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
