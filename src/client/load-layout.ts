import { succeed, type Result } from "../schema/result.ts";
import { issueOf, type Issue } from "./plan/issue.ts";
import type { LoadOptions } from "./load-options.ts";
import { scenarios } from "./plan/scenarios/index.ts";
import { measuredTraffic, takeUnits, unitCount, type Traffic } from "./plan/units.ts";

/** A whole load as it was laid out before anything is sent: the same in every process. */
export interface LoadLayout {
  traffic: Traffic;
  /** The fewest units of it that are sent: more, and from the first again, where sending them takes less than `shortestS`. */
  fewest: number;
  /** Seconds from the first send to the last, at least. */
  shortestS: number;
  /** When each unit is due, in ns after the start; null where the scenario has no schedule. */
  dueNs: Float64Array | null;
  /** Units that are to be open at once; of a schedule, those to be ready for. */
  asked: number;
  /** What LoadGen would issue; null where the load does not reproduce it. */
  issue: Issue | null;
}

/** Everything that the seed decides. A failure where the schedule cannot be made. */
export function layOut(
  options: Pick<
    LoadOptions,
    "workload" | "samples" | "requests" | "shortestS" | "loadgen" | "seed" | "traceS" | "inFlightDefault"
  >,
): Result<LoadLayout> {
  const scenario = scenarios[options.workload.scenario];
  const issue = options.loadgen === undefined ? null : issueOf(options.loadgen);
  const shortestS = issue === null ? (options.shortestS ?? 0) : 0;
  const least = measuredTraffic({ ...options, issue });
  const fewest = unitCount(least);
  const schedule = scenario.schedule({ ...options, requests: fewest, shortestS, issue });
  if (!schedule.ok) return schedule;
  const dueNs = schedule.value;
  const asked = scenario.asked(options.workload.load, options.inFlightDefault, dueNs, issue);
  if (shortestS === 0) return succeed({ traffic: least, fewest, shortestS, dueNs, asked, issue });
  // Without a schedule, every sample is sent before one is sent again; with one, as many units as are due.
  const traffic =
    dueNs === null
      ? measuredTraffic({ ...options, requests: Math.max(options.requests, options.samples.length) })
      : trafficOfUnits(options, dueNs.length);
  return succeed({
    traffic,
    fewest: dueNs?.length ?? fewest,
    shortestS: dueNs === null ? shortestS : 0,
    dueNs,
    asked,
    issue,
  });
}

/** The fewest requests that a load sends. */
export function requestsOf({ traffic, fewest }: LoadLayout): number {
  return traffic.starts[Math.min(fewest, unitCount(traffic))]!;
}

/** The measured traffic of exactly `units` units. */
function trafficOfUnits(options: Parameters<typeof measuredTraffic>[0], units: number): Traffic {
  for (let requests = units; ; requests *= 2) {
    const traffic = measuredTraffic({ ...options, requests });
    if (unitCount(traffic) >= units) return takeUnits(traffic, (unit) => unit < units);
  }
}

/** True where the load is kept whole at both ends. */
export function isKeptWhole({ issue }: LoadLayout, { scenario }: LoadOptions["workload"]): boolean {
  return issue === null && scenarios[scenario].isKeptWhole;
}

/**
 * What one of several workers carries. With a schedule, every n-th unit at its own time. Without one, the places that
 * are kept open are dealt to the workers, and each unit goes with its place, so that a worker with more places has as
 * many units more and all end together.
 */
export function partOf(layout: LoadLayout, worker: number, workers: number): LoadLayout {
  if (workers === 1) return layout;
  const { traffic, fewest, dueNs, asked } = layout;
  const isOwn = ownUnits(layout, worker, workers);
  const own = takeUnits(traffic, isOwn);
  return {
    ...layout,
    traffic: own,
    fewest: own.numbers.filter((unit) => unit < fewest).length,
    dueNs: dueNs === null ? null : dueNs.filter((_, unit) => isOwn(unit)),
    asked: shareOf(asked, worker, workers),
  };
}

function ownUnits({ dueNs, asked }: LoadLayout, worker: number, workers: number): (unit: number) => boolean {
  return (unit) => (dueNs === null ? unit % asked : unit) % workers === worker;
}

function shareOf(count: number, worker: number, workers: number): number {
  return Math.floor((count + workers - 1 - worker) / workers);
}
