import { makeSchedule } from "../arrivals/index.ts";
import type { Scenario } from "../scenario.ts";
import { NS_PER_S } from "../trial-clock.ts";

/** Requests in flight are looked after ahead for so long: by Little's law, what a latency of a second would keep open. */
const AHEAD_NS = NS_PER_S;
/** Connections kept ready at most: a server refuses or queues a pile of them, and each costs a file on both sides. */
const MOST_READY = 256;
const FEWEST_READY = 8;
/** Requests that are sent in one turn of the event loop when they are late together; then answers are read. */
const SENT_AT_ONCE = 16;

/**
 * Users who do not wait for each other: every question is asked, and every conversation begun, when the schedule says,
 * however many are open. Times are absolute, so that a late one makes none after it later; what is overdue is sent at
 * once, and its lag is in its row.
 */
export const open: Scenario = {
  schedule({ workload, requests, seed, traceS }) {
    const { rate = null } = workload.load;
    return makeSchedule(workload.arrivals ?? { kind: "poisson" }, {
      count: requests,
      rate,
      seed,
      traceS: traceS ?? null,
    });
  },

  asked: (_load, _inFlightDefault, dueNs) => readyFor(dueNs ?? new Float64Array(), 0, 0),

  needsQueue: () => false,

  canBeSplit: () => true,

  async drive(session) {
    const { total, dueNs, now, stopped, pacer } = session;
    if (dueNs === null) throw new Error("an open loop without a schedule");
    let place = 0;
    const connect = (): void => session.connect(readyFor(dueNs, place, now()));
    let unfinished = 0;
    let allOver: (() => void) | null = null;
    const over = (): void => {
      unfinished -= 1;
      if (unfinished === 0) allOver?.();
    };
    let sentInTurn = 0;
    for (; place < total && !stopped(); place += 1) {
      const due = dueNs[place]!;
      session.prepare(place);
      if (now() < due) {
        await pacer.until(due, connect);
        sentInTurn = 0;
      } else if ((sentInTurn += 1) >= SENT_AT_ONCE) {
        await pacer.yield();
        sentInTurn = 0;
      }
      if (stopped()) break;
      unfinished += 1;
      session.send(place, due, null, over);
    }
    if (unfinished > 0) await new Promise<void>((resolve) => (allOver = resolve));
  },
};

/** Connections that are to wait for the requests after `place`: as many as are due within the next second. */
function readyFor(dueNs: Float64Array, place: number, nowNs: number): number {
  let last = place;
  while (last < dueNs.length && last - place < MOST_READY && dueNs[last]! <= nowNs + AHEAD_NS) last += 1;
  return Math.max(last - place, Math.min(FEWEST_READY, dueNs.length - place));
}
