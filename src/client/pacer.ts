import { NS_PER_MS } from "./trial-clock.ts";
import type { Alarm } from "./wire.ts";

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
  /** Resolves at the time, in ns of the clock, or soon after `stopped` says so; at once where it is past. `meanwhile` is called before each sleep. */
  until(dueNs: number, meanwhile?: () => void): Promise<void>;
  /** Lets everything else that is due have its turn. */
  yield(): Promise<void>;
  /** Nanoseconds that were spent on polling: CPU time that was not needed for the load. */
  polledNs(): number;
}

interface Waiter {
  dueNs: number;
  meanwhile: (() => void) | undefined;
  resolve: () => void;
}

/** `now` in ns. With an alarm nothing is polled. */
export function createPacer(now: () => number, stopped: () => boolean, alarm: Alarm | null = null): Pacer {
  let polledNs = 0;
  /** By due time, the nearest last. */
  const waiting: Waiter[] = [];
  let running = false;
  let wake: (() => void) | null = null;

  const sleepUntil = (dueNs: number, given: Alarm): Promise<void> =>
    new Promise((resolve) => {
      given.set(Math.min(dueNs, now() + LONGEST_SLEEP_MS * NS_PER_MS), resolve);
      wake = () => {
        given.clear();
        resolve();
      };
    });

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    running = true;
    for (let atNs = now(); waiting.length > 0;) {
      const nearest = waiting.at(-1)!;
      const leftMs = (nearest.dueNs - atNs) / NS_PER_MS;
      if (leftMs <= 0 || stopped()) {
        waiting.pop();
        nearest.resolve();
      } else if (alarm !== null || leftMs >= 1 + TIMER_MARGIN_MS) {
        for (const { meanwhile } of waiting) meanwhile?.();
        if (alarm !== null) await sleepUntil(nearest.dueNs, alarm);
        else await sleep(Math.min(Math.floor(leftMs - TIMER_MARGIN_MS), LONGEST_SLEEP_MS));
        wake = null;
        atNs = now();
      } else {
        await nextTurn();
        const afterNs = now();
        // A turn in which other work was done is longer; that is no polling.
        if (afterNs - atNs < IDLE_TURN_NS) polledNs += afterNs - atNs;
        atNs = afterNs;
      }
    }
    running = false;
  };

  return {
    until(dueNs, meanwhile) {
      if (now() >= dueNs || stopped()) return Promise.resolve();
      return new Promise((resolve) => {
        const place = placeOf(waiting, dueNs);
        waiting.splice(place, 0, { dueNs, meanwhile, resolve });
        if (!running) void run();
        else if (place === waiting.length - 1) wake?.();
      });
    },
    yield: nextTurn,
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

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
