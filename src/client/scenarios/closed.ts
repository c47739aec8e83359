import { keepInFlight, unscheduled, type Scenario } from "../scenario.ts";

/** So many users, each of which asks again when its answer has ended, or has one conversation after the other: `load.concurrency` units are kept open, and no request has an intended send. */
export const closed: Scenario = {
  schedule: unscheduled,

  asked: (load) => load.concurrency ?? 1,

  needsQueue: () => false,

  canBeSplit: () => true,

  drive: (session) =>
    keepInFlight(0, session.total, session.asked, session, (unit, over) => session.send(unit, null, null, over)),
};
