import { createPlaces, fillInOrder } from "../../drive/places.ts";
import { unscheduled, type Scenario } from "../scenario.ts";

/**
 * Everything is due at the start, so every latency counts from there. Without `batch_size`, `max_in_flight` requests are
 * kept open. With it, the client sends chunks of so many: with a barrier the next chunk waits until the last request
 * of the one before has ended; without the barrier as many are open, but each next request goes as soon as one ends, so
 * that the two differ in the waiting alone. A conversation counts as one request in all of this.
 */
export const offline: Scenario = {
  ...unscheduled,

  asked: (load, inFlightDefault) => load.batch_size ?? load.max_in_flight ?? inFlightDefault,

  needsQueue: (load) => load.batch_size === undefined,

  isKeptWhole: false,

  canBeSplit: (load) => load.batch_size === undefined,

  async drive(context, load) {
    const { asked, startNs } = context;
    const size = load.batch_size;
    const isNext = (unit: number): boolean => !context.stopped() && context.goesOn(unit);
    const send = (unit: number, onDone: () => void): void =>
      context.send(unit, startNs, size === undefined ? null : Math.floor(unit / size), onDone);
    if (size === undefined || load.barrier === false) return fillInOrder(createPlaces(asked), 0, isNext, send);
    for (let from = 0; isNext(from); from += size) {
      await fillInOrder(createPlaces(size), from, (unit) => unit < from + size && isNext(unit), send);
    }
  },
};
