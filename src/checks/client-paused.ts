import { countText, figureText } from "../math/figures.ts";
import { firstWhere } from "../math/first-where.ts";
import { pooledQuantiles, summarize, type Pool, type PoolSummary } from "../math/pooled.ts";
import { minimumSampleFor } from "../math/quantile.ts";
import { sum } from "../math/statistics.ts";
import { NS_PER_MS } from "../math/units.ts";
import { certifies } from "../schema/fidelity.ts";
import type { Observation, Pause } from "../schema/observation.ts";
import { atMost, measuredRequests, type CheckRule } from "./check.ts";
import { FAR_BEYOND, windowTooShort } from "./client-window.ts";

/**
 * By how much pauses of the client may move a result, in %. Latencies: the share of TTFT that `client-bound` allows.
 * Throughput: a client that stands still sends nothing new, so that throughput can lose the pauses' share of the window.
 * Studies look for effects of a few per cent, and `schedule-kept` allows a rate to be 1 % low.
 */
const screening = { latency: 10, throughput: 3 };
const certified = { latency: 5, throughput: 1 };

/** A pause may have begun this long before it was seen to: the thread is asked for a turn 50 times a second. */
const SEEN_LATE_NS = 20 * NS_PER_MS;

/** A result, and by how much the pauses can have moved it. */
interface Moved {
  /** In %. */
  value: number;
  limit: number;
  text: string;
}

/**
 * No pause of the client's thread moved a result: what arrives during a pause gets the time of its last byte, and what was
 * due is sent after it, all at once. Latencies are compared with what they are without the requests and gaps that a pause
 * touched: those within it, and within as long a time after it, in which the server works off what was held back. Asked
 * only where the thread stood still.
 */
export const clientPaused: CheckRule = {
  id: "client-paused",
  about: "client",
  asks: "No pause of the client's thread (over 25 ms) moved a result. Asked only where there was one.",
  limit: `mean or p99 of TTFT or ITL moved by ${screening.latency} %, pauses in ${screening.throughput} % of the window (valid, submission: ${certified.latency} %, ${certified.throughput} %)`,
  remedy:
    "Keep the client from being stopped (Ctrl-Z, a debugger, a suspended machine or frozen container), give it cores that " +
    "nothing else uses, and run again.",
  judge({ spec, workload, observation }) {
    if (observation === null || spec.purpose === "accuracy") return null;
    const { startNs, endNs } = observation.window;
    const pauses = observation.client.pauses.filter((pause) => pause.endNs > startNs && pause.startNs < endNs);
    if (pauses.length === 0) return null;
    const { latency, throughput } = certifies(spec.fidelity) ? certified : screening;
    const touched = touchedTimes(pauses);
    const moved = [
      throughputMoved(observation, pauses, { limit: throughput, workers: workload.load.workers ?? 1 }),
      ...latencyMoved("TTFT", ttftSample(observation, touched), pauses, latency),
      ...latencyMoved("ITL", gapSample(observation, touched), pauses, latency),
    ].toSorted((left, right) => right.value / right.limit - left.value / left.limit);
    const worst = moved[0]!;
    const short = windowTooShort(observation);
    const failing = worst.value > worst.limit * (short === null ? 1 : FAR_BEYOND);
    const undecided = !failing && worst.value > worst.limit;
    const lengths = pauses.map(lengthMs);
    return {
      ...atMost(worst.value, worst.limit, "%"),
      status: failing ? "fail" : undecided ? "unknown" : "pass",
      message:
        `the client was paused for up to ${figureText(Math.max(...lengths))} ms (${countText(pauses.length, "pause")}, ` +
        `${figureText(sum(lengths))} ms in total): ${worst.text}, and at most ${figureText(worst.limit)} % is allowed` +
        (undecided ? `; ${short}` : ""),
    };
  },
};

/** During a pause a worker fails to send at most what it otherwise sends in that time, and the others go on. */
function throughputMoved(
  { window }: Observation,
  pauses: readonly Pause[],
  { limit, workers }: { limit: number; workers: number },
): Moved {
  const windowMs = (workers * (window.endNs - window.startNs)) / NS_PER_MS;
  const value = windowMs <= 0 ? 0 : Math.min(100, (sum(pauses.map(lengthMs)) / windowMs) * 100);
  return { value, limit, text: `throughput may be ${figureText(value)} % low` };
}

/** A sample, which may be too large to be held, and the part of it that no pause touched, in ms. */
interface Sample {
  all: Pool;
  untouched: Pool;
}

/**
 * How far the mean, and p99 where the sample carries one, are from what they are without the values that a pause touched. A
 * pause changes no value by more than its own length, so that no figure was moved by more than the longest pause. Where
 * nothing is left without the touched values, the whole figure may be the pause, up to that length.
 */
function latencyMoved(name: string, { all, untouched }: Sample, pauses: readonly Pause[], limit: number): Moved[] {
  const [of, left] = [summarize(all), summarize(untouched)];
  if (left.n === of.n) return [];
  const longestMs = Math.max(...pauses.map(lengthMs));
  const figures = [{ stat: "mean", whole: of.sum / of.n, without: left.n === 0 ? 0 : left.sum / left.n }];
  if (left.n >= minimumSampleFor(0.99))
    figures.push({ stat: "p99", whole: p99(all, of), without: p99(untouched, left) });
  return figures.map(({ stat, whole, without }) => {
    const movedMs = Math.min(longestMs, Math.abs(whole - without));
    const value = movedMs === 0 ? 0 : (movedMs / (without === 0 ? whole : without)) * 100;
    const rest = left.n === 0 ? "nothing is left" : `it is ${figureText(without)} ms`;
    const touched = `${of.n - left.n} of ${of.n}`;
    const text = `${stat} ${name} is ${figureText(whole)} ms, and ${rest} without the ${touched} that a pause touched (${figureText(value)} %)`;
    return { value, limit, text };
  });
}

function ttftSample(observation: Observation, touched: (atNs: number) => boolean): Sample {
  const all: number[] = [];
  const untouched: number[] = [];
  for (const { firstTokenNs, sentNs } of measuredRequests(observation).finished) {
    if (firstTokenNs === null) continue;
    const ms = (firstTokenNs - sentNs) / NS_PER_MS;
    all.push(ms);
    if (!touched(firstTokenNs) && !touched(sentNs)) untouched.push(ms);
  }
  return { all: () => [Float64Array.from(all)], untouched: () => [Float64Array.from(untouched)] };
}

/** Gaps between events that arrived in the window, of the requests of every phase: a pause touches all of them alike. */
function gapSample({ tokens, window }: Observation, touched: (atNs: number) => boolean): Sample {
  const gapsWhere = (wanted: (atNs: number) => boolean): Pool =>
    function* () {
      for (const { length, atNs, gapNs } of tokens.blocks()) {
        const gapsMs = new Float64Array(length);
        let count = 0;
        for (let row = 0; row < length; row += 1) {
          const [at, gap] = [atNs[row]!, gapNs[row]!];
          if (Number.isNaN(gap) || at < window.startNs || at > window.endNs || !wanted(at)) continue;
          gapsMs[count] = gap / NS_PER_MS;
          count += 1;
        }
        yield gapsMs.subarray(0, count);
      }
    };
  return { all: gapsWhere(() => true), untouched: gapsWhere((atNs) => !touched(atNs)) };
}

/** Says of a time whether a pause touched it. */
function touchedTimes(pauses: readonly Pause[]): (atNs: number) => boolean {
  const spans: { fromNs: number; toNs: number }[] = [];
  for (const { startNs, endNs } of pauses.toSorted((left, right) => left.startNs - right.startNs)) {
    const [fromNs, toNs] = [startNs - SEEN_LATE_NS, endNs + (endNs - startNs)];
    const last = spans.at(-1);
    if (last !== undefined && fromNs <= last.toNs) last.toNs = Math.max(last.toNs, toNs);
    else spans.push({ fromNs, toNs });
  }
  return (atNs) => {
    const span = spans[firstWhere(0, spans.length, (at) => spans[at]!.toNs >= atNs)];
    return span !== undefined && span.fromNs <= atNs;
  };
}

function p99(pool: Pool, summary: PoolSummary): number {
  return pooledQuantiles(pool, summary, [0.99]).get(0.99)!;
}

function lengthMs({ startNs, endNs }: Pause): number {
  return (endNs - startNs) / NS_PER_MS;
}

/** The share of reads whose stamp may be impossible, in %: one in a thousand does not reach a p99. */
const LARGEST_CLAMPED = 0.1;

/**
 * The kernel's times of arrival are possible, and nothing set the clock that they are taken from. Where something did, bytes
 * that had arrived and were not yet read got a wrong age, by at most the time that they waited; how many there were is not
 * known. Asked only where one of the two was seen, and where the times are the kernel's.
 */
export const clientStamps: CheckRule = {
  id: "client-stamps",
  about: "client",
  asks: "The kernel's times of arrival are possible, and nobody set the clock that they come from. Asked only where one of the two was seen.",
  limit: `${LARGEST_CLAMPED} % of the reads`,
  remedy:
    "Keep the machine's clock from being set during a measurement: let chrony or ntpd slew it, and wait until it has settled.",
  judge({ spec, observation }) {
    if (observation === null || spec.purpose === "accuracy") return null;
    const { stamps, clockSetMs } = observation.client;
    if (stamps === null || (stamps.clampedShare === 0 && clockSetMs === 0)) return null;
    const value = stamps.clampedShare * 100;
    return {
      ...atMost(value, LARGEST_CLAMPED, "%"),
      ...(value <= LARGEST_CLAMPED && clockSetMs !== 0 ? { status: "unknown" as const } : {}),
      message: [
        `the kernel's time of arrival was impossible in ${figureText(value)} % of the reads, and at most ${figureText(LARGEST_CLAMPED)} % is allowed`,
        ...(clockSetMs === 0
          ? []
          : [
              `the machine's clock was set ${clockSetMs < 0 ? "back" : "forward"} by ${figureText(Math.abs(clockSetMs))} ms`,
            ]),
      ].join("; "),
    };
  },
};
