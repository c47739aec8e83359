import { NS_PER_S } from "../units.ts";
import type { LoadgenScenario } from "./settings.ts";

/**
 * What LoadGen makes of a finished run. Times in nanoseconds from its start, rates a second.
 * Source: loadgen/results.cc and loadgen/logging.cc.
 */

/** What the headline of a scenario rests on. */
export interface RunTotals {
  samples: number;
  /** Null where the server's tokens were not counted. */
  tokens: number | null;
  /** The longest latency of any sample. */
  maxLatencyNs: number;
  /** When the query issued last was done: not when the last one was done. */
  lastQueryDoneNs: number;
}

export interface Throughput {
  samplesPerS: number;
  tokensPerS: number | null;
}

/** Offline: everything ÷ the longest latency, so that the last straggler decides. */
export function offlineThroughput({ samples, tokens, maxLatencyNs }: RunTotals): Throughput {
  return perS(samples, tokens, maxLatencyNs);
}

/** Server, as completed: samples less one ÷ the end of the query issued last, and all tokens ÷ the same. */
export function serverThroughput({ samples, tokens, lastQueryDoneNs }: RunTotals): Throughput {
  return perS(samples - 1, tokens, lastQueryDoneNs);
}

function perS(samples: number, tokens: number | null, ns: number): Throughput {
  const seconds = ns / NS_PER_S;
  return { samplesPerS: samples / seconds, tokensPerS: tokens === null ? null : tokens / seconds };
}

/**
 * Time per output token, whole nanoseconds. Of an answer with one token or none LoadGen says that it is an error, and divides
 * by -1: it lies below every limit.
 */
export function timePerOutputTokenNs(latencyNs: number, firstTokenNs: number, tokens: number): number {
  return Math.trunc((latencyNs - firstTokenNs) / (tokens > 1 ? tokens - 1 : -1));
}

/** What the shortest duration is compared with: of Offline the longest latency, of Server the last scheduled moment, of the streams the last issue. */
export function judgedDurationNs(
  scenario: LoadgenScenario,
  run: { maxLatencyNs: number; lastScheduledNs: number; lastIssuedNs: number },
): number {
  if (scenario === "Offline") return run.maxLatencyNs;
  return scenario === "Server" ? run.lastScheduledNs : run.lastIssuedNs;
}

/** `DoubleToString`: fixed decimals, as the summary prints rates. */
export function fixedText(value: number, decimals = 2): string {
  return value.toFixed(decimals);
}

/** A double as a C++ stream prints it by default: six significant digits, zeros at the end left out. */
export function streamText(value: number): string {
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(6)))));
  if (value !== 0 && (exponent < -4 || exponent >= 6)) {
    const [digits = "", power = "0"] = value.toExponential(5).split("e");
    const sign = power.startsWith("-") ? "-" : "+";
    return `${withoutZeros(digits)}e${sign}${power.replace(/^[+-]/, "").padStart(2, "0")}`;
  }
  return withoutZeros(value.toPrecision(6));
}

function withoutZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
