import { earlyStopping, earlyStoppingEstimate } from "../../math/loadgen/early-stopping.ts";
import { fixedText } from "../../math/loadgen/results.ts";
import type { Sorted } from "../../math/quantile.ts";
import type { Latencies } from "./latencies.ts";
import type { MlperfRun } from "./run.ts";

/** LoadGen's early stopping with its words. */
export interface Stopping {
  met: boolean;
  /** Under the names of the summary's headings: TTFT and TPOT, or the empty name; lines joined by newlines. Empty in Offline. */
  texts: Map<string, string>;
  /** LoadGen's estimates in ns, of the percentile and (SingleStream) of p99; 0 where it has none. */
  estimates: { singleStream: number; multiStream: number };
}

/** What early stopping looks at. */
export interface Measured {
  queries: number;
  /** Of samples. */
  latency: Latencies;
  /** Of whole queries; null but in MultiStream. */
  queryLatency: Latencies | null;
  /** Null in Offline, which tells none, and where tokens are not judged. */
  firstToken: Latencies | null;
  perToken: Latencies | null;
}

/** SingleStream's second estimate, from which submitters infer MultiStream; hard-coded in loadgen/results.cc. */
const inferredPercentile = 0.99;

/** TPOT is tested before TTFT, which has no word where TPOT was not enough; the estimates are those of the last test. */
export function stoppingOf(run: MlperfRun, measured: Measured): Stopping {
  const stopping: Stopping = { met: true, texts: new Map(), estimates: { singleStream: 0, multiStream: 0 } };
  if (run.settings.scenario === "Offline") return stopping;
  if (!run.tokenLatencies) {
    stopping.met = test(run, measured, stopping, { name: "", of: measured.latency, limitNs: run.limits.latencyNs });
    return stopping;
  }
  stopping.texts.set("TTFT", "").set("TPOT", "");
  const { firstToken, perToken } = measured;
  stopping.met =
    test(run, measured, stopping, { name: "TPOT", of: perToken, limitNs: run.limits.tpotNs }) &&
    test(run, measured, stopping, { name: "TTFT", of: firstToken, limitNs: run.limits.ttftNs });
  return stopping;
}

function test(
  run: MlperfRun,
  { queries, queryLatency }: Measured,
  stopping: Stopping,
  { name, of, limitNs }: { name: string; of: Latencies | null; limitNs: number },
): boolean {
  if (of === null) return true;
  const { percentile, confidence } = run;
  if (run.settings.scenario === "Server") {
    const over = of.sorted.filter((ns) => ns > limitNs).length;
    const { met, more } = earlyStopping(queries, over, percentile, confidence);
    stopping.texts.set(name, met ? " * Run successful." : unsuccessful(queries, more));
    return met;
  }
  const isMulti = run.settings.scenario === "MultiStream";
  const sorted = isMulti ? (queryLatency ?? of).sorted : of.sorted;
  const { met, text, estimate } = estimated(sorted, queries, percentile, confidence);
  stopping.texts.set(name, text);
  if (!met) return false;
  if (isMulti) {
    stopping.estimates.multiStream = estimate;
    return true;
  }
  stopping.estimates.singleStream = estimate;
  const inferred = earlyStoppingEstimate(queries, inferredPercentile, confidence);
  const ordinal = fixedText(inferredPercentile * 100, 1);
  if (inferred.rank === null) {
    const few =
      `\n * Not enough queries processed for ${ordinal}th percentile\n` +
      ` early stopping estimate (would need to process at\n least ${inferred.needed} total queries).`;
    stopping.texts.set(name, text + few);
    return true;
  }
  stopping.estimates.multiStream = highest(sorted, inferred.rank);
  const more = `\n * Early stopping ${ordinal}th percentile estimate: ${stopping.estimates.multiStream}`;
  stopping.texts.set(name, text + more);
  return true;
}

function unsuccessful(queries: number, more: number): string {
  return (
    ` * Run unsuccessful.\n * Processed ${queries} queries.\n * Would need to run at least ${more} more queries,\n` +
    " with the run being successful if every additional\n query were under latency."
  );
}

function estimated(
  sorted: Sorted,
  queries: number,
  percentile: number,
  confidence: number,
): { met: boolean; text: string; estimate: number } {
  const { rank, needed, discarded } = earlyStoppingEstimate(queries, percentile, confidence);
  if (rank === null) {
    const text = ` * Only processed ${queries} queries.\n * Need to process at least ${needed} queries for early stopping.`;
    return { met: false, text, estimate: 0 };
  }
  const estimate = highest(sorted, rank);
  const text =
    ` * Processed at least ${needed} queries (${queries}).\n` +
    ` * Would discard ${discarded} highest latency queries.\n` +
    ` * Early stopping ${fixedText(percentile * 100, 1)}th percentile estimate: ${estimate}`;
  return { met: true, text, estimate };
}

/** The so-manieth highest value, from 1. */
function highest(sorted: Sorted, rank: number): number {
  return sorted[sorted.length - rank] ?? 0;
}
