import type { Workload } from "../../schema/workload.ts";

/** Arrivals that bring their own rates, so that `load.rate` says nothing. */
const withOwnRates: ReadonlySet<string> = new Set(["steps", "trace"]);

/** True where the schedule of a workload is made from `load.rate`. */
export function readsRate({ arrivals }: Workload): boolean {
  return arrivals !== null && !withOwnRates.has(arrivals.kind);
}
