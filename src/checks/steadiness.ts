import { countText, figureText, percentText } from "../math/figures.ts";
import { mean } from "../math/statistics.ts";
import { trendOf } from "../math/trend.ts";
import { keepOneRate } from "../schema/arrival-kinds.ts";
import { certifies } from "../schema/fidelity.ts";
import { nsPerLaterToken, type Observation } from "../schema/observation.ts";
import type { Workload } from "../schema/workload.ts";
import { atMost, measuredRequests, type CheckRule } from "./check.ts";

/** A warm-up with a gate ended because the engine was steady, and not because the longest wait was over. */
export const warmedUp: CheckRule = {
  id: "warmed-up",
  asks: "A warm-up with a gate ended because the engine was steady, not because the longest wait was over.",
  limit: "`warmup.until_steady.cv` of the workload",
  remedy:
    "Raise warmup.until_steady.longest_s where the engine was still settling; raise warmup.until_steady.over where requests differ so much that the means of small blocks differ too.",
  judge({ workload, observation }) {
    const gate = workload.warmupUntilSteady;
    const warmUp = observation?.warmUp ?? null;
    if (gate === undefined || warmUp === null) return null;
    const { steady, requests, tookS, cv } = warmUp;
    const limit = gate.cv * 100;
    const value = cv === null ? null : cv * 100;
    const sent = `${countText(requests, "request")} in ${figureText(tookS)} s of warm-up`;
    const spread =
      value === null
        ? `too few of ${sent} finished with two tokens to compare the last ${gate.over}`
        : `block means of the time per token of the last ${gate.over} requests differ by ${figureText(value)} % (coefficient of variation) after ${sent}`;
    return {
      ...atMost(value, limit, "%"),
      status: steady ? "pass" : "fail",
      message: steady
        ? `${spread}, below the limit of ${figureText(limit)} %`
        : `not steady after the longest wait of ${figureText(gate.longestS)} s: ${spread}, and below ${figureText(limit)} % is asked for`,
    };
  },
};

/** The spread that a warm-up may end with: what moves less from the first block to the last was as steady as it was asked to begin. */
export const LARGEST_DRIFT = 0.05;

/** Of three figures each: one false alarm in a hundred steady trials, whose noise is soon forgotten. docs/statistics.md has those of queues. */
export const LEVEL = 0.01 / 3;

export const MOST_BLOCKS = 30;
const FEWEST_BLOCKS = 8;
/** Requests in a block, as in the gate of a warm-up. */
const BLOCK_SIZE = 5;

/** Orders in which the requests of the end are like those of the beginning. */
const mixedOrders = new Set(["declared", "shuffled"]);

interface Drift {
  what: string;
  /** From the first block to the last: 0.03 is 3 %. */
  share: number;
  p: number;
}

/**
 * Neither TTFT nor the time per token nor the throughput climbs or falls over the measured window, by a test for a trend of
 * block means that allows for autocorrelation; a trend above the limit that may be noise is undecided. The test looks at the
 * stretch of the window in which the measured requests are the whole load: from when as many of them have ended as are open
 * on average (each place was taken again) until the last is sent. Not asked where the load itself is to change: rising
 * arrivals, traces, orders by length.
 */
export const steadyState: CheckRule = {
  id: "steady-state",
  asks: "TTFT, time per token and throughput neither climb nor fall over the measured window. Not where the load itself changes: rising arrivals, traces, orders by length.",
  limit: `${percentText(LARGEST_DRIFT)} from the first block to the last, by a trend that is significant at ${figureText(LEVEL * 100)} %; fails a trial at valid and submission only`,
  remedy:
    "Let the engine settle first (warmup.until_steady), ask for more requests, and look at the telemetry for clocks that fall with heat and for neighbours; then run again with --retry invalid.",
  judge({ spec, workload, observation }) {
    if (observation === null || spec.purpose !== "performance" || !isStationary(workload)) return null;
    const limit = LARGEST_DRIFT * 100;
    // At the others a trend is reported and fails no trial.
    const isCertified = certifies(spec.fidelity);
    const drifts = driftsOf(observation);
    if (drifts === null) {
      if (!isCertified) return null;
      const fewest = countText(FEWEST_BLOCKS * BLOCK_SIZE, "request");
      const message = `fewer than ${fewest} began and ended while the load was whole, too few to see a trend`;
      return { ...atMost(null, limit, "%"), message };
    }
    const beyond = drifts.filter(({ share }) => Math.abs(share) > LARGEST_DRIFT);
    const moved = beyond.filter(({ p }) => p < LEVEL);
    const told = (moved.length > 0 ? moved : drifts).toSorted(
      (left, right) => Math.abs(right.share) - Math.abs(left.share),
    )[0]!;
    const value = Math.abs(told.share) * 100;
    const words = drifts.map(({ what, share, p }) => `${what} moved by ${signed(share)} % (p ${figureText(p)})`);
    const unsure = beyond.length > 0 ? `; with p at or above ${figureText(LEVEL)} that may be noise` : "";
    const advice =
      moved.length === 0 ? unsure : isCertified ? "" : `; at ${spec.fidelity} that does not fail the trial`;
    return {
      ...atMost(value, limit, "%"),
      status: beyond.length === 0 ? "pass" : moved.length > 0 && isCertified ? "fail" : "unknown",
      message: `${words.join(", ")} while the load was whole, and a trend of at most ${figureText(limit)} % is allowed${advice}`,
    };
  },
};

function isStationary({ arrivals, load }: Workload): boolean {
  return keepOneRate(arrivals) && mixedOrders.has(load.order ?? "declared");
}

/** Null where too few requests ended while the load was whole. */
function driftsOf(observation: Observation): Drift[] | null {
  const stretch = wholeLoad(observation);
  if (stretch === null) return null;
  const { fromNs, toNs } = stretch;
  const ttfts: Point[] = [];
  const perToken: Point[] = [];
  for (const request of measuredRequests(observation).finished) {
    const { sentNs, firstTokenNs, endNs } = request;
    if (firstTokenNs !== null && sentNs >= fromNs && sentNs <= toNs) {
      ttfts.push({ atNs: sentNs, value: firstTokenNs - sentNs });
    }
    const value = nsPerLaterToken(request);
    if (value !== null && endNs > fromNs && endNs <= toNs) perToken.push({ atNs: endNs, value });
  }
  const blocks = Math.min(MOST_BLOCKS, Math.floor(Math.min(ttfts.length, perToken.length) / BLOCK_SIZE));
  if (blocks < FEWEST_BLOCKS) return null;
  return [
    driftOf("TTFT", blockMeans(ttfts, blocks)),
    driftOf("the time per token", blockMeans(perToken, blocks)),
    driftOf("the throughput", tokensBySlot(observation, stretch, blocks)),
  ];
}

interface Point {
  atNs: number;
  value: number;
}

/** Means of `blocks` blocks of neighbours in time. */
export function blockMeans(points: readonly Point[], blocks: number): number[] {
  const inOrder = points.toSorted((left, right) => left.atNs - right.atNs).map(({ value }) => value);
  const place = (block: number): number => Math.floor((block * inOrder.length) / blocks);
  return Array.from({ length: blocks }, (_, block) => mean(inOrder.slice(place(block), place(block + 1)))!);
}

/** The trend of block means, as a share of their mean. */
export function driftOf(what: string, values: readonly number[] | Float64Array): Drift {
  const { change, p } = trendOf(values)!;
  const level = mean(values)!;
  return { what, share: level === 0 ? 0 : change / level, p };
}

interface Stretch {
  fromNs: number;
  toNs: number;
}

function wholeLoad(observation: Observation): Stretch | null {
  const ends: number[] = [];
  let toNs = -Infinity;
  for (const { endNs, sentNs } of measuredRequests(observation).all) {
    ends.push(endNs);
    toNs = Math.max(toNs, sentNs);
  }
  const places = Math.max(1, Math.round(observation.inFlight.heldMean));
  const fromNs = Float64Array.from(ends).toSorted()[places - 1] ?? Infinity;
  return fromNs < toNs ? { fromNs, toNs } : null;
}

/** Output tokens in slots of equal time, those of a request spread evenly from its first to its last. */
function tokensBySlot(observation: Observation, { fromNs, toNs }: Stretch, slots: number): Float64Array {
  const tokens = new Float64Array(slots);
  const slotNs = (toNs - fromNs) / slots;
  for (const { firstTokenNs, lastTokenNs, outputTokens, chunks } of measuredRequests(observation).finished) {
    if (firstTokenNs === null || lastTokenNs === null) continue;
    // A single token has no length: a nanosecond.
    const lastNs = Math.max(lastTokenNs, firstTokenNs + 1);
    const first = Math.max(0, Math.floor((firstTokenNs - fromNs) / slotNs));
    const last = Math.min(slots - 1, Math.floor((lastNs - fromNs) / slotNs));
    for (let slot = first; slot <= last; slot += 1) {
      const begin = Math.max(firstTokenNs, fromNs + slot * slotNs);
      const end = Math.min(lastNs, fromNs + (slot + 1) * slotNs);
      tokens[slot]! += ((outputTokens ?? chunks) * (end - begin)) / (lastNs - firstTokenNs);
    }
  }
  return tokens;
}

function signed(share: number): string {
  return `${share < 0 ? "-" : "+"}${figureText(Math.abs(share) * 100)}`;
}
