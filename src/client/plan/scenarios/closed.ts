import { fillInOrder } from "../../drive/places.ts";
import { unscheduled, type Scenario } from "../scenario.ts";

/** So many users, each of which asks again when its answer has ended, or has one conversation after the other: `load.concurrency` units are kept open, and no request has an intended send. */
export const closed: Scenario = {
  ...unscheduled,

  asked: (load) => load.concurrency ?? 1,

  needsQueue: () => false,

  isKeptWhole: true,

  canBeSplit: () => true,

  drive(context) {
    const { places, stopped, goesOn, spent } = context;
    const isNext = (unit: number): boolean => !stopped() && goesOn(unit);
    return fillInOrder(places, 0, isNext, (unit, onDone) => context.send(unit, null, null, onDone), spent);
  },
};
