import { succeed, type Result } from "../schema/result.ts";
import { loadGenPlanOf, type LoadGenPlan } from "./plan/loadgen-plan.ts";
import type { LoadOptions } from "./load-options.ts";
import { scenarios } from "./plan/scenarios/index.ts";
import { measuredPlan, takeUnits, unitCount, type RequestPlan } from "./plan/request-plan.ts";

/** A whole load as it was laid out before anything is sent: the same in every process. */
export interface LoadPlan {
  requestPlan: RequestPlan;
  /** The fewest units of it that are sent: more, and from the first again, where sending them takes less than `shortestS`. */
  fewest: number;
  /** Seconds from the first send to the last, at least. */
  shortestS: number;
  /** When each unit is due, in ns after the start; null where the scenario has no schedule. */
  dueNs: Float64Array | null;
  /** Units that are to be open at once; of a schedule, those to be ready for. */
  asked: number;
  /** What LoadGen would issue; null where the load does not reproduce it. */
  loadGenPlan: LoadGenPlan | null;
}

/** Everything that the seed decides. A failure where the schedule cannot be made. */
export function planLoad(
  options: Pick<
    LoadOptions,
    "workload" | "samples" | "requests" | "shortestS" | "loadgen" | "seed" | "traceS" | "inFlightDefault"
  >,
): Result<LoadPlan> {
  const scenario = scenarios[options.workload.scenario];
  const loadGenPlan = options.loadgen === undefined ? null : loadGenPlanOf(options.loadgen);
  const shortestS = loadGenPlan === null ? (options.shortestS ?? 0) : 0;
  const least = measuredPlan({ ...options, loadGenPlan });
  const fewest = unitCount(least);
  const schedule = scenario.schedule({ ...options, requests: fewest, shortestS, loadGenPlan });
  if (!schedule.ok) return schedule;
  const dueNs = schedule.value;
  const asked = scenario.asked(options.workload.load, options.inFlightDefault, dueNs, loadGenPlan);
  if (shortestS === 0) return succeed({ requestPlan: least, fewest, shortestS, dueNs, asked, loadGenPlan });
  // Without a schedule, every sample is sent before one is sent again; with one, as many units as are due.
  const requestPlan =
    dueNs === null
      ? measuredPlan({ ...options, requests: Math.max(options.requests, options.samples.length) })
      : planOfUnits(options, dueNs.length);
  return succeed({
    requestPlan,
    fewest: dueNs?.length ?? fewest,
    shortestS: dueNs === null ? shortestS : 0,
    dueNs,
    asked,
    loadGenPlan,
  });
}

/** The fewest units that a load sends before it begins again. */
export function leastUnits({ requestPlan, fewest }: LoadPlan): number {
  return Math.min(fewest, unitCount(requestPlan));
}

/** The measured traffic of exactly `units` units. */
function planOfUnits(options: Parameters<typeof measuredPlan>[0], units: number): RequestPlan {
  for (let requests = units; ; requests *= 2) {
    const requestPlan = measuredPlan({ ...options, requests });
    if (unitCount(requestPlan) >= units) return takeUnits(requestPlan, (unit) => unit < units);
  }
}

/** True where the load is kept whole at both ends. */
export function isKeptWhole({ loadGenPlan }: LoadPlan, { scenario }: LoadOptions["workload"]): boolean {
  return loadGenPlan === null && scenarios[scenario].isKeptWhole;
}

/**
 * What one of several workers carries. With a schedule, every n-th unit at its own time. Without one, the places that
 * are kept open are dealt to the workers, and each unit goes with its place, so that a worker with more places has as
 * many units more and all end together.
 */
export function shardOf(loadPlan: LoadPlan, worker: number, workers: number): LoadPlan {
  if (workers === 1) return loadPlan;
  const { requestPlan, fewest, dueNs, asked } = loadPlan;
  const isOwn = (unit: number): boolean => (dueNs === null ? unit % asked : unit) % workers === worker;
  const own = takeUnits(requestPlan, isOwn);
  return {
    ...loadPlan,
    requestPlan: own,
    fewest: own.numbers.filter((unit) => unit < fewest).length,
    dueNs: dueNs === null ? null : dueNs.filter((_, unit) => isOwn(unit)),
    asked: Math.floor((asked + workers - 1 - worker) / workers),
  };
}
