import { keepInFlight } from "../../drive/places.ts";
import { unscheduled, type Scenario } from "../scenario.ts";

/**
 * LoadGen's SingleStream and MultiStream: the next query goes when all samples of the one before are done, until the count
 * and the duration are both reached. Latencies count from the send. The samples of a query have its number as their chunk.
 */
export const streams: Scenario = {
  ...unscheduled,

  asked: (_load, _inFlightDefault, _dueNs, loadGenPlan) => loadGenPlan?.samplesPerQuery ?? 1,

  needsQueue: () => false,

  isKeptWhole: false,

  canBeSplit: () => false,

  async drive(context, _load, loadGenPlan) {
    const { total, startNs, now, stopped } = context;
    const { samplesPerQuery: size = 1, enough = null } = loadGenPlan ?? {};
    for (let query = 0; query * size < total && !stopped(); query += 1) {
      if (enough !== null && query >= enough.queries && now() - startNs >= enough.ns) return;
      const from = query * size;
      await keepInFlight(from, Math.min(from + size, total), size, context, (unit, onDone) =>
        context.send(unit, null, size === 1 ? null : query, onDone),
      );
    }
  },
};
