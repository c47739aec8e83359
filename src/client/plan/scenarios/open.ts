import { NS_PER_MS, NS_PER_S } from "../../../math/units.ts";
import { succeed, type Result } from "../../../schema/result.ts";
import { makeSchedule } from "../arrivals/index.ts";
import type { Scenario } from "../scenario.ts";

/** Requests in flight are looked after ahead for so long: by Little's law, what a latency of a second would keep open. */
const AHEAD_NS = NS_PER_S;
/** Connections kept ready at most: a server refuses or queues a pile of them, and each costs a file on both sides. */
const MOST_READY = 256;
const FEWEST_READY = 8;
/** How often waiting connections are counted. */
const CONNECTED_EVERY_NS = 10 * NS_PER_MS;
/** Requests that are sent in one turn of the event loop when they are late together; then answers are read. */
const SENT_AT_ONCE = 16;

/**
 * Users who do not wait for each other: every question is asked, and every conversation begun, when the schedule says,
 * however many are open. Times are absolute, so that a late one makes none after it later; what is overdue is sent at
 * once, and its lag is in its row. With `max_in_flight` a unit that is due while so many are open waits until one of them ends,
 * first come, first served; its row says how long.
 */
export const open: Scenario = {
  schedule({ workload, requests, shortestS = 0, seed, traceS }) {
    const { rate = null } = workload.load;
    const made = (count: number): Result<Float64Array> =>
      makeSchedule(workload.arrivals ?? { kind: "poisson" }, { count, rate, seed, traceS: traceS ?? null });
    // A trace has the arrivals that were read.
    const longEnoughNs = workload.arrivals?.kind === "trace" ? 0 : shortestS * NS_PER_S;
    for (let count = requests; ;) {
      const schedule = made(count);
      if (!schedule.ok) return schedule;
      const last = schedule.value.findIndex((due, place) => place + 1 >= requests && due >= longEnoughNs);
      if (last >= 0) return succeed(schedule.value.slice(0, last + 1));
      const lastNs = schedule.value.at(-1) ?? 0;
      count = Math.ceil(count * (lastNs > 0 ? Math.min(10, Math.max(1.2, (1.1 * longEnoughNs) / lastNs)) : 10));
    }
  },

  asked: ({ max_in_flight: most = Infinity }, _inFlightDefault, dueNs) =>
    Math.min(most, readyFor(dueNs ?? new Float64Array(), 0, 0)),

  most: ({ max_in_flight: most = null }) => most,

  needsQueue: () => false,

  isKeptWhole: true,

  // Which request of another process has ended, none of them knows.
  canBeSplit: (load) => load.max_in_flight === undefined,

  drive(context) {
    const { total, dueNs, now, stopped, pacer, spent, cap } = context;
    if (dueNs === null) throw new Error("an open loop without a schedule");
    return new Promise((resolve) => {
      let place = 0;
      let unfinished = 0;
      let connectedNs = -Infinity;
      /** When the cap last let a unit go that it had held back. */
      let freedNs = -Infinity;
      const isSent = (): boolean => place === total || stopped();
      const onDone = (): void => {
        unfinished -= 1;
        cap?.release();
        if (unfinished === 0 && isSent()) resolve();
      };
      const keepReady = (): void => {
        const atNs = now();
        if (atNs - connectedNs < CONNECTED_EVERY_NS) return;
        connectedNs = atNs;
        context.connect(readyFor(dueNs, place, atNs));
      };
      const goOnFreed = (): void => {
        freedNs = now();
        goOn();
      };
      // Called by the due timer itself: no send waits for a turn of Node's loop.
      const goOn = (): void => {
        for (let sent = 0; !isSent(); place += 1) {
          const due = dueNs[place]!;
          context.prepare(place);
          if (now() < due) return pacer.at(due, goOn, keepReady);
          if (sent === SENT_AT_ONCE) return pacer.yield(goOn);
          if (cap?.take() === false) return cap.wait(goOnFreed);
          sent += 1;
          unfinished += 1;
          context.send(place, due, null, onDone, cap && Math.max(0, freedNs - due));
        }
        if (!stopped()) spent();
        if (unfinished === 0) resolve();
      };
      goOn();
    });
  },
};

/** Connections that are to wait for the requests after `place`: as many as are due within the next second. */
function readyFor(dueNs: Float64Array, place: number, nowNs: number): number {
  let last = place;
  while (last < dueNs.length && last - place < MOST_READY && dueNs[last]! <= nowNs + AHEAD_NS) last += 1;
  return Math.max(last - place, Math.min(FEWEST_READY, dueNs.length - place));
}
