import { keepInFlight, unscheduled, type Scenario } from "../scenario.ts";

/**
 * Everything is due at the start, so every latency counts from there. Without `batch_size`, `max_in_flight` requests are
 * kept open. With it, the client sends chunks of so many: behind a barrier the next chunk waits until the last request
 * of the one before has ended; without the barrier as many are open, but each next request goes as soon as one ends, so
 * that the two differ in the waiting alone. A conversation counts as one request in all of this.
 */
export const offline: Scenario = {
  schedule: unscheduled,

  asked: (load, inFlightDefault) => load.batch_size ?? load.max_in_flight ?? inFlightDefault,

  needsQueue: (load) => load.batch_size === undefined,

  canBeSplit: (load) => load.batch_size === undefined,

  async drive(session, load) {
    const { total, asked } = session;
    const size = load.batch_size;
    const send = (unit: number, over: () => void): void =>
      session.send(unit, 0, size === undefined ? null : Math.floor(unit / size), over);
    if (size === undefined || load.barrier === false) return keepInFlight(0, total, asked, session, send);
    for (let from = 0; from < total && !session.stopped(); from += size) {
      await keepInFlight(from, Math.min(from + size, total), size, session, send);
    }
  },
};
