import { quantileLinear, sortedCopy } from "../math/quantile.ts";
import type { Observation } from "../schema/observation.ts";
import { measuredRequests } from "./measured.ts";

const NS_PER_S = 1e9;
const NS_PER_MS = 1e6;

/**
 * Below these a tail is a handful of values, and one pause of a shared machine (a process that starts beside us, a page
 * that is read) decides it: 5 s hold 500 samples of the event loop's delay, and 64 requests are a smoke test's.
 */
const SHORTEST_WINDOW_S = 5;
const FEWEST_REQUESTS = 64;

/** Why a trial is too short to judge the client by a tail; null where it is not. */
export function tooShortToTell(observation: Observation): string | null {
  const seconds = (observation.window.endNs - observation.window.startNs) / NS_PER_S;
  const { all } = measuredRequests(observation);
  if (seconds >= SHORTEST_WINDOW_S && all.length >= FEWEST_REQUESTS) return null;
  return `a window under ${SHORTEST_WINDOW_S} s or fewer than ${FEWEST_REQUESTS} requests cannot tell`;
}

/** Median TTFT of the finished requests from the actual send, in ms; null of none. */
export function medianTtftMs(observation: Observation): number | null {
  const sample: number[] = [];
  for (const { firstTokenNs, sentNs } of measuredRequests(observation).finished) {
    if (firstTokenNs !== null) sample.push((firstTokenNs - sentNs) / NS_PER_MS);
  }
  return quantileLinear(sortedCopy(sample), 0.5);
}
