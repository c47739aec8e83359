import { streamText } from "../../math/loadgen/results.ts";
import type { MlperfResults } from "./results.ts";

/** A double as LoadGen prints it: six significant digits, and the words that C++ has for what is no number. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return streamText(value);
}

function perS(count: number, ns: number): number {
  return count / (ns / 1e9);
}

/** Rates that the summary and the detail log both print. Samples and tokens a second, times in ns. */
export function rates(results: MlperfResults) {
  const { samples, tokens, maxLatencyNs, lastScheduledNs, lastIssuedNs, lastDoneNs, latency } = results;
  return {
    samples: perS(samples, maxLatencyNs),
    tokens: perS(tokens, maxLatencyNs),
    samplesScheduled: perS(samples - 1, lastScheduledNs),
    samplesCompleted: perS(samples - 1, lastDoneNs),
    tokensCompleted: perS(tokens, lastDoneNs),
    samplesWithOverhead: perS(samples - 1, lastIssuedNs),
    samplesWithoutOverhead: perS(1, latency.mean),
    tokensWithOverhead: perS(tokens, lastIssuedNs),
    tokensWithoutOverhead: perS(tokens, latency.mean * samples),
    /** Under LoadGen's key `result_token_throughput`: tokens a nanosecond. */
    tokensPerNs: tokens / (latency.mean * samples),
  };
}
