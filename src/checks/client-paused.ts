import { mean } from "../math/statistics.ts";
import { minimumSampleFor, quantileLinear, sortedCopy } from "../math/quantile.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import type { Observation, Pause } from "../schema/observation.ts";
import type { CheckRule } from "./check.ts";
import { FAR_BEYOND, windowTooShort } from "./client-window.ts";
import { count, figure, measuredRequests } from "./measured.ts";

const NS_PER_MS = 1e6;

/**
 * By how much pauses of the client may move a result, in %. Latencies: what `client-bound` allows as a share of TTFT.
 * Throughput: while it stands still nothing new is sent, so that it can lose the pauses' share of the window; effects of a
 * few per cent are what a study looks for, and 1 % is what the rate of a schedule is kept to.
 */
const limits: Readonly<Record<Fidelity, { latency: number; throughput: number }>> = {
  smoke: { latency: 10, throughput: 3 },
  screen: { latency: 10, throughput: 3 },
  valid: { latency: 5, throughput: 1 },
  submission: { latency: 5, throughput: 1 },
};

/** Before a pause was seen to begin, the thread may have stood still for so long already: it is asked for a turn 50 times a second. */
const SEEN_LATE_NS = 20 * NS_PER_MS;

/** A result, and by how much the pauses can have moved it. */
interface Moved {
  /** In %; how far it is from what it is without what a pause touched. */
  value: number;
  limit: number;
  text: string;
}

/**
 * No result was moved by a stop of the client's thread: what arrives meanwhile is stamped with the last of it, and what
 * was to be sent goes afterwards, all at once. Latencies are compared with what they are without the requests and gaps that
 * a pause touched: those that fall into it, and as long after it as it took, when what was held back is sent and served. Only
 * asked where the thread stood still.
 */
export const clientPaused: CheckRule = ({ spec, observation }) => {
  if (observation === null || spec.purpose === "accuracy") return null;
  const { startNs, endNs } = observation.window;
  const pauses = observation.client.pauses.filter((pause) => pause.endNs > startNs && pause.startNs < endNs);
  if (pauses.length === 0) return null;
  const { latency, throughput } = limits[spec.fidelity];
  const touched = touchedTimes(pauses);
  const moved = [
    throughputMoved(observation, pauses, throughput),
    ...latencyMoved("TTFT", ttftSample(observation, touched), pauses, latency),
    ...latencyMoved("ITL", gapSample(observation, touched), pauses, latency),
  ].toSorted((left, right) => right.value / right.limit - left.value / left.limit);
  const worst = moved[0]!;
  const short = windowTooShort(observation);
  const failing = worst.value > worst.limit * (short === null ? 1 : FAR_BEYOND);
  const undecided = !failing && worst.value > worst.limit;
  const lengths = pauses.map(lengthMs);
  return {
    id: "client-paused",
    status: failing ? "fail" : undecided ? "unknown" : "pass",
    value: worst.value,
    limit: worst.limit,
    margin: worst.limit - worst.value,
    unit: "%",
    message:
      `the client stood still for ${figure(Math.max(...lengths))} ms at a time (${count(pauses.length, "pause")}, ` +
      `${figure(sum(lengths))} ms together): ${worst.text}, and at most ${figure(worst.limit)} % is allowed` +
      (undecided ? `; ${short}` : ""),
    remedy:
      "Let nothing stop the client (Ctrl-Z, a debugger, a suspended machine or frozen container), give it cores that nothing " +
      "else uses, and run again.",
  };
};

/** All that it could not send is at most what it sends in that time. */
function throughputMoved({ window }: Observation, pauses: readonly Pause[], limit: number): Moved {
  const windowMs = (window.endNs - window.startNs) / NS_PER_MS;
  const value = windowMs <= 0 ? 0 : Math.min(100, (sum(pauses.map(lengthMs)) / windowMs) * 100);
  return { value, limit, text: `throughput may be ${figure(value)} % low` };
}

/** A sample, and the part of it that no pause touched, in ms. */
interface Sample {
  all: number[];
  untouched: number[];
}

/**
 * The mean, and p99 where the sample carries one: what they are without the requests that a pause touched. No latency grew by
 * more than the longest pause, so that a figure was moved by no larger share of itself, also where nothing is left without.
 */
function latencyMoved(name: string, { all, untouched }: Sample, pauses: readonly Pause[], limit: number): Moved[] {
  if (untouched.length === all.length) return [];
  const longestMs = Math.max(...pauses.map(lengthMs));
  const figures = [{ stat: "mean", of: (sample: readonly number[]) => mean(sample) ?? 0 }];
  if (untouched.length >= minimumSampleFor(0.99)) figures.push({ stat: "p99", of: p99 });
  return figures.flatMap(({ stat, of }) => {
    const whole = of(all);
    const most = whole === 0 ? 0 : Math.min(100, (longestMs / whole) * 100);
    const touchedText = `the ${all.length - untouched.length} of ${all.length} that it touched`;
    if (untouched.length === 0) {
      const text = `${stat} ${name} is ${figure(whole)} ms, and up to ${figure(most)} % of it is the pause: nothing is left without ${touchedText}`;
      return [{ value: most, limit, text }];
    }
    const without = of(untouched);
    const apart = without === 0 ? (whole === 0 ? 0 : 100) : (Math.abs(whole - without) / without) * 100;
    // Where the figure grew by the pause, the longest pause over what is left bounds it; a sample that shrank is compared as it is.
    const value = whole > without && without > 0 ? Math.min(apart, (longestMs / without) * 100) : apart;
    const text = `${stat} ${name} is ${figure(whole)} ms, and ${figure(without)} ms without ${touchedText} (${figure(value)} %)`;
    return [{ value, limit, text }];
  });
}

function ttftSample(observation: Observation, touched: (atNs: number) => boolean): Sample {
  const sample: Sample = { all: [], untouched: [] };
  for (const { firstTokenNs, sentNs } of measuredRequests(observation).finished) {
    if (firstTokenNs === null) continue;
    const ms = (firstTokenNs - sentNs) / NS_PER_MS;
    sample.all.push(ms);
    if (!touched(firstTokenNs) && !touched(sentNs)) sample.untouched.push(ms);
  }
  return sample;
}

/** Gaps between events that arrived in the window, whoever's they are: a pause touches all alike. */
function gapSample({ tokens, window }: Observation, touched: (atNs: number) => boolean): Sample {
  const sample: Sample = { all: [], untouched: [] };
  for (const { length, atNs, gapNs } of tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const [at, gap] = [atNs[row]!, gapNs[row]!];
      if (Number.isNaN(gap) || at < window.startNs || at > window.endNs) continue;
      sample.all.push(gap / NS_PER_MS);
      if (!touched(at)) sample.untouched.push(gap / NS_PER_MS);
    }
  }
  return sample;
}

/** True of a time that a pause touched. */
function touchedTimes(pauses: readonly Pause[]): (atNs: number) => boolean {
  const spans: { fromNs: number; toNs: number }[] = [];
  for (const { startNs, endNs } of pauses.toSorted((left, right) => left.startNs - right.startNs)) {
    const [fromNs, toNs] = [startNs - SEEN_LATE_NS, endNs + (endNs - startNs)];
    const last = spans.at(-1);
    if (last !== undefined && fromNs <= last.toNs) last.toNs = Math.max(last.toNs, toNs);
    else spans.push({ fromNs, toNs });
  }
  return (atNs) => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (spans[middle]!.toNs < atNs) low = middle + 1;
      else high = middle;
    }
    return low < spans.length && spans[low]!.fromNs <= atNs;
  };
}

function p99(sample: readonly number[]): number {
  return quantileLinear(sortedCopy(sample), 0.99) ?? 0;
}

function lengthMs({ startNs, endNs }: Pause): number {
  return (endNs - startNs) / NS_PER_MS;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
