import { mean } from "../math/statistics.ts";
import { median } from "../math/quantile.ts";
import { NS_PER_MS, NS_PER_S } from "../math/units.ts";
import type { Observation, Series } from "../schema/observation.ts";
import { measuredRequests } from "./check.ts";

/**
 * Below these a tail is a handful of values, and one pause of a shared machine (a process that starts beside us, a page
 * that is read) decides it: 5 s hold 250 samples of the event loop's delay, and 64 requests are a smoke test's.
 */
const SHORTEST_WINDOW_S = 5;
const FEWEST_REQUESTS = 64;

/** In a short window only a figure of this many times its limit decides: more than one pause of a shared machine can cause. */
export const FAR_BEYOND = 4;

/** Why a window is too short to judge the client by what was sampled over time; null where it is not. The number of requests does not matter: few long streams have as many samples. */
export function windowTooShort({ window }: Observation): string | null {
  if ((window.endNs - window.startNs) / NS_PER_S >= SHORTEST_WINDOW_S) return null;
  return `a window under ${SHORTEST_WINDOW_S} s is too short to tell`;
}

/** Why a trial is too short to judge the client by a tail of its requests; null where it is not. */
export function tooShortToTell(observation: Observation): string | null {
  const { all } = measuredRequests(observation);
  if (windowTooShort(observation) === null && all.length >= FEWEST_REQUESTS) return null;
  return `a window under ${SHORTEST_WINDOW_S} s, or fewer than ${FEWEST_REQUESTS} requests, is too little to tell`;
}

/** Median TTFT of the finished requests from the actual send, in ms; null of none. */
export function medianTtftMs(observation: Observation): number | null {
  const sample: number[] = [];
  for (const { firstTokenNs, sentNs } of measuredRequests(observation).finished) {
    if (firstTokenNs !== null) sample.push((firstTokenNs - sentNs) / NS_PER_MS);
  }
  return median(sample);
}

/** Mean gap between the chunks of an answer, over the finished requests, in ms; null where none has two. */
export function meanGapMs(observation: Observation): number | null {
  let [gaps, sumMs] = [0, 0];
  for (const { firstTokenNs, lastTokenNs, chunks } of measuredRequests(observation).finished) {
    if (firstTokenNs === null || lastTokenNs === null || chunks < 2) continue;
    gaps += chunks - 1;
    sumMs += (lastTokenNs - firstTokenNs) / NS_PER_MS;
  }
  return gaps === 0 ? null : sumMs / gaps;
}

/**
 * The share of the window in which a process of the client could have run and was not, since its core was another's; of
 * several the worst. Null where the kernel does not tell. Counters are taken between two readings as if they grew evenly,
 * so that a short window may seem to hold more than itself: it is waited for in all of it at most.
 */
export function runWaitShare({ series, window }: Observation): number | null {
  const windowS = (window.endNs - window.startNs) / NS_PER_S;
  let worst: number | null = null;
  for (const one of series) {
    if (!/^client\/process\d+_run_wait_s$/.test(one.name) || windowS <= 0) continue;
    const waitedS = growthOf(one, window);
    if (waitedS !== null) worst = Math.min(1, Math.max(worst ?? 0, waitedS / windowS));
  }
  return worst;
}

/** How much a counter grew in the window; null where there is none of that name. */
export function counterGrowth({ series, window }: Observation, name: string): number | null {
  const counter = series.find((one) => one.name === name);
  return counter === undefined ? null : growthOf(counter, window);
}

/** Mean of a figure's readings in the window and of the first after it, which covers the time before it; null of none. */
export function meanInWindow({ series, window }: Observation, name: string): number | null {
  const one = series.find((each) => each.name === name);
  if (one === undefined) return null;
  const after = one.atNs.findIndex((at) => at > window.endNs);
  const values = one.value.filter(
    (value, place) => value !== null && one.atNs[place]! > window.startNs && (after < 0 || place <= after),
  ) as number[];
  return mean(values);
}

function growthOf(one: Series, window: Observation["window"]): number | null {
  const [start, end] = [counterAt(one, window.startNs), counterAt(one, window.endNs)];
  return start === null || end === null ? null : end - start;
}

/** Before its first reading a process had not begun, or had done nothing yet; after its last it was over. */
function counterAt({ atNs, value }: Series, momentNs: number): number | null {
  const after = atNs.findIndex((at) => at >= momentNs);
  if (after < 0) return value.at(-1) ?? null;
  const right = value[after] ?? null;
  const left = value[after - 1];
  if (after === 0 || left === undefined || left === null || right === null) return right;
  const [fromNs, toNs] = [atNs[after - 1]!, atNs[after]!];
  return left + ((right - left) * (momentNs - fromNs)) / (toNs - fromNs);
}
