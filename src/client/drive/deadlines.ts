import { NS_PER_MS } from "../../math/units.ts";

/** The longest that a timer takes (2^31 - 1 ms, 24 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Calls back after so many milliseconds, or after 24 days where that is more. */
export function startTimer(callback: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
}

/** Something with a deadline. */
export interface Due {
  /** In ns of the clock. */
  deadlineNs: number;
  expire(): void;
}

/** The deadlines of all open requests, with one timer for the nearest. Expires within about a millisecond of it. */
export interface Deadlines {
  add(due: Due): void;
  delete(due: Due): void;
  /** Forgets all of them. */
  stop(): void;
}

/** `now` in ns. A deadline later than the nearest one needs no timer of its own. */
export function createDeadlines(now: () => number): Deadlines {
  const open = new Set<Due>();
  let nextNs = Infinity;
  let timer: NodeJS.Timeout | undefined;

  const wait = (untilNs: number): void => {
    clearTimeout(timer);
    nextNs = untilNs;
    const leftMs = Math.ceil((untilNs - now()) / NS_PER_MS);
    timer = startTimer(look, Math.max(1, leftMs));
  };
  const look = (): void => {
    const atNs = now();
    let nearestNs = Infinity;
    for (const due of open) {
      if (due.deadlineNs <= atNs) due.expire();
      else nearestNs = Math.min(nearestNs, due.deadlineNs);
    }
    // Requests that expired may have started others, whose deadlines set the timer again.
    if (nearestNs < Infinity) wait(nearestNs);
    else nextNs = Infinity;
  };

  return {
    add(due) {
      open.add(due);
      if (due.deadlineNs < nextNs) wait(due.deadlineNs);
    },
    delete: (due) => void open.delete(due),
    stop() {
      clearTimeout(timer);
      open.clear();
      nextNs = Infinity;
    },
  };
}
