import { NS_PER_S } from "../../../math/units.ts";
import { succeed } from "../../../schema/result.ts";
import type { Arrival } from "./arrival.ts";

/** As recorded, from its first arrival on, at `speed`. A trace is never repeated to fill a count: its end would be a seam. */
export const trace: Arrival<"trace"> = ({ path, speed = 1 }, { count, traceS }) => {
  // Whoever reads the file says what is wrong with it, before an engine is started.
  if (traceS === null || traceS.length < count)
    throw new Error(`${count} arrivals of ${path} were not read before the load`);
  return succeed(traceS.slice(0, count).map((atS) => Math.round((atS / speed) * NS_PER_S)));
};
