import type { Series } from "../schema/observation.ts";
import type { MetricInput } from "./metric.ts";
import { pointsOf, type Told } from "./integrals.ts";

/** What counters of the engine grew by, from the last scrape before the window to the first after it. */
export interface CounterGrowth {
  /** In the counter's own unit. */
  value: number;
  /** When the two scrapes were. The window lies within; so may some of the warm-up. */
  fromNs: number;
  toNs: number;
  why: null;
}

/** The growth of one counter over the window, or why it is not known. `name` is ours: `ttft_sum`. */
export function counterGrowth(input: MetricInput, name: string): CounterGrowth | { value: null; why: string } {
  const { startNs, endNs } = input.observation.window;
  const series = engineSeries(input, name);
  if (!series) return { value: null, why: `the engine does not tell ${name}` };
  const known = pointsOf(series);
  const first = known.findLastIndex(({ atNs }) => atNs <= startNs);
  const last = known.findIndex(({ atNs }) => atNs >= endNs);
  const [before, after] = [known[first], known[last]];
  if (!before || !after)
    return { value: null, why: `${name} was not scraped both before the window and after its end` };
  const fell = known
    .slice(first, last + 1)
    .some(({ value }, index) => index > 0 && value < (known[first + index - 1]?.value ?? value));
  if (fell) return { value: null, why: `${name} fell: the engine started anew` };
  return { value: after.value - before.value, fromNs: before.atNs, toNs: after.atNs, why: null };
}

/** Mean of a histogram of the engine over the window, exact: growth of its sum ÷ growth of its count. `n` is that count. */
export function histogramMean(
  input: MetricInput,
  name: string,
): { value: number; n: number; fromNs: number; toNs: number; why: null } | { value: null; n: number; why: string } {
  const sum = counterGrowth(input, `${name}_sum`);
  const count = counterGrowth(input, `${name}_count`);
  if (sum.value === null) return { ...sum, n: 0 };
  if (count.value === null) return { ...count, n: 0 };
  if (count.value === 0) return { value: null, n: 0, why: `the engine counted no ${name} in the window` };
  return { ...sum, value: sum.value / count.value, n: count.value };
}

/** The greatest value of a gauge in the scrapes of the window, and how many those were. */
export function gaugeMax(input: MetricInput, name: string): Told & { n: number } {
  const { startNs, endNs } = input.observation.window;
  const series = engineSeries(input, name);
  if (!series) return { value: null, n: 0, why: `the engine does not tell ${name}` };
  const within = pointsOf(series).filter(({ atNs }) => atNs >= startNs && atNs <= endNs);
  if (within.length === 0) return { value: null, n: 0, why: `${name} was not scraped within the window` };
  const value = within.reduce((most, point) => Math.max(most, point.value), -Infinity);
  return { value, n: within.length, why: null };
}

/** Where client and engine count between the same two scrapes, this share may be counted on different sides of one. */
const STRAY_SHARE = 0.01;

/** By how many of `n` two counts between the same scrapes may differ: by what was in flight, but no more than a tenth, or by one in a hundred. */
export function allowedStrays({ observation }: MetricInput, n: number): number {
  return Math.max(Math.min(observation.inFlight.heldMax, n / 10), STRAY_SHARE * n);
}

function engineSeries({ observation }: MetricInput, name: string): Series | undefined {
  return observation.series.find((one) => one.source === "engine" && one.name === name);
}
