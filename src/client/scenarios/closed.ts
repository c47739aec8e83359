import { keepInFlight, unscheduled, type Scenario } from "../scenario.ts";

/** So many users, each of which sends again when its answer has ended: `load.concurrency` requests are kept open, and none has an intended send. */
export const closed: Scenario = {
  schedule: unscheduled,

  asked: (load) => load.concurrency ?? 1,

  needsQueue: () => false,

  drive: (session) =>
    keepInFlight(0, session.total, session.asked, session, (position) => session.send(position, null, null)),
};
