import { countText } from "../math/figures.ts";
import { openUnits } from "../schema/open-units.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import { lengthNs, type Stretch } from "./delivered.ts";
import type { MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests } from "./requests.ts";

/** The share of the steady window that must be left without hung requests: a rate over less of it is noise. */
const LEAST_LEFT = 0.1;

/** The steady window: in one piece, or in several where requests hung; or why there is none. */
export type SteadyWindow = { stretches: readonly Stretch[]; why: string | null } | { stretches: null; why: string };

/**
 * The part of the window in which the load is whole, without ramp-up and drain. Closed loop: from the first to
 * the last moment in which the requested concurrency is in flight, whatever phase the requests are of. Open loop: from the
 * first to the last scheduled send. A request that failed after it had been open for longer than any that finished held
 * its place without work: in a closed loop the time in which it did is left out, where enough is left.
 */
export function steadyWindow(input: MetricInput): SteadyWindow {
  const { observation, workload } = input;
  if (workload.ruleset !== null) return none("a ruleset defines the rate");
  if (finishedRequests(input).length === 0) return none("no request finished");
  if (isOpenLoop(workload)) return ofSchedule(input);
  if (workload.scenario !== "closed") return none(`${workload.scenario} runs until its queue is empty`);
  const { asked } = observation.inFlight;
  const whole = whileHeld(input, asked);
  if (whole === null)
    return none(asked === 1 ? "its request was never in flight" : `${asked} requests were never in flight at once`);
  const hung = hungRequests(input);
  if (hung.length === 0) return { stretches: [whole], why: null };
  const left = without(whole, hung);
  const share = lengthNs(left) / lengthNs([whole]);
  const words = `${countText(hung.length, "hung request")} took up room among the ${asked} in flight`;
  return share >= LEAST_LEFT
    ? { stretches: left, why: `${words}; that time is left out` }
    : { stretches: [whole], why: `${words} for most of the window` };
}

function none(why: string): SteadyWindow {
  return { stretches: null, why };
}

function ofSchedule({ observation }: MetricInput): SteadyWindow {
  let [fromNs, toNs] = [Infinity, -Infinity];
  for (const { phase, scheduledNs } of observation.requests) {
    if (phase !== "measure" || scheduledNs === null) continue;
    fromNs = Math.min(fromNs, scheduledNs);
    toNs = Math.max(toNs, scheduledNs);
  }
  return toNs > fromNs ? { stretches: [{ fromNs, toNs }], why: null } : none("all requests were due at once");
}

/** From the first to the last moment of the window in which `asked` units are open. */
function whileHeld({ observation }: MetricInput, asked: number): Stretch | null {
  const { startNs, endNs } = observation.window;
  const { opened, closed } = openUnits(observation.requests);
  let [done, fromNs, toNs] = [0, Infinity, -Infinity];
  for (let sent = 0; sent < opened.length; sent += 1) {
    const atNs = opened[sent]!;
    while (done < closed.length && closed[done]! <= atNs) done += 1;
    if (sent + 1 - done < asked) continue;
    // As many stay open until the next one ends.
    const until = closed[done]!;
    if (until < startNs || atNs > endNs) continue;
    fromNs = Math.min(fromNs, Math.max(atNs, startNs));
    toNs = Math.max(toNs, Math.min(until, endNs));
  }
  return toNs > fromNs ? { fromNs, toNs } : null;
}

/** When each request was open that failed and took longer than any that finished. */
function hungRequests(input: MetricInput): Stretch[] {
  let longestNs = 0;
  for (const { sentNs, endNs } of finishedRequests(input)) longestNs = Math.max(longestNs, endNs - sentNs);
  const hung: Stretch[] = [];
  for (const { sentNs, endNs } of failedRequests(input)) {
    if (endNs - sentNs > longestNs) hung.push({ fromNs: sentNs, toNs: endNs });
  }
  return hung;
}

/** The parts of a stretch that lie in none of the others. */
function without(whole: Stretch, others: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = [];
  let { fromNs } = whole;
  for (const other of others.toSorted((one, next) => one.fromNs - next.fromNs)) {
    if (other.fromNs > fromNs) left.push({ fromNs, toNs: Math.min(other.fromNs, whole.toNs) });
    fromNs = Math.max(fromNs, other.toNs);
    if (fromNs >= whole.toNs) return left.filter(({ fromNs: from, toNs }) => toNs > from);
  }
  return [...left, { fromNs, toNs: whole.toNs }].filter(({ fromNs: from, toNs }) => toNs > from);
}
