import { earlyStopping, type EarlyStopping } from "../../src/math/loadgen/early-stopping.ts";
import { generateQueries, type LoadgenQueries } from "../../src/math/loadgen/queries.ts";
import { judgedDurationNs } from "../../src/math/loadgen/results.ts";
import { effectiveCounts, type EffectiveCounts, type LoadgenSettings } from "../../src/math/loadgen/settings.ts";
import { settingsOfLog } from "../../bench/loadgen-parity/loadgen-settings.ts";
import type { LoadgenDetail } from "../../src/importers/loadgen-log.ts";
import { figureOf, type LoadgenRun } from "./loadgen-logs.ts";

const CONFIDENCE = 0.99;

export const percentiles = ["50.00", "90.00", "95.00", "97.00", "99.00", "99.90"];

/** A performance run, recomputed from its detail log without its verdict. */
export interface Recomputed {
  detail: LoadgenDetail;
  settings: LoadgenSettings;
  counts: EffectiveCounts;
  queries: LoadgenQueries;
  verdict: Verdict;
  /** Tokens of all answers; null where nothing says them. */
  tokens: number | null;
}

export interface Verdict {
  minDuration: boolean;
  minQueries: boolean;
  constraints: { ttft: boolean; tpot: boolean };
  /** Null where what the log holds of the tail does not decide it. */
  earlyStopping: { ttft: boolean | null; tpot: boolean | null };
  /** Where it is decided by a count, that count. */
  stops: { ttft: EarlyStopping; tpot: EarlyStopping } | null;
  /** Null where early stopping is undecided and nothing else fails. */
  valid: boolean | null;
}

export function recompute({ detail, name }: LoadgenRun, tokensOf: ((sample: number) => number) | null): Recomputed {
  if (detail === null) throw new Error(`${name} has no detail log`);
  const settings = settingsOfLog(detail);
  if (!settings.ok) throw new Error(`${name}: ${settings.problem.message}`);
  const [queries] = generateQueries(settings.value);
  if (queries === undefined) throw new Error(`${name} has no queries`);
  const counts = effectiveCounts(settings.value);
  const tokens = tokensOf === null ? null : queries.samples.reduce((sum, sample) => sum + tokensOf(sample), 0);
  return {
    detail,
    settings: settings.value,
    counts,
    queries,
    tokens,
    verdict: verdictOf(detail, settings.value, counts, queries),
  };
}

function verdictOf(
  detail: LoadgenDetail,
  settings: LoadgenSettings,
  counts: EffectiveCounts,
  queries: LoadgenQueries,
): Verdict {
  const { scenario } = settings;
  const lastScheduledNs = queries.scheduledNs.at(-1) ?? 0;
  const run = { maxLatencyNs: figureOf(detail, "result_max_latency_ns"), lastScheduledNs, lastIssuedNs: 0 };
  const minDuration = judgedDurationNs(scenario, run) >= settings.minDurationMs * 1e6;
  const minQueries = queries.queries >= counts.minQueryCount && queries.samples.length >= counts.minSampleCount;
  if (scenario !== "Server") {
    const free = { ttft: true, tpot: true };
    const valid = minDuration && minQueries;
    return { minDuration, minQueries, constraints: free, earlyStopping: free, stops: null, valid };
  }
  const ttft = tailOf(detail, queries.queries, ttftFigures, figureOf(detail, "requested_server_ttft_latency"));
  const tpot = tailOf(detail, queries.queries, tpotFigures, figureOf(detail, "requested_server_tpot_latency"));
  const constraints = { ttft: ttft.kept, tpot: tpot.kept };
  const stopping = { ttft: ttft.met, tpot: tpot.met };
  const others = minDuration && minQueries && ttft.kept && tpot.kept;
  const early = stopping.ttft === false || stopping.tpot === false ? false : stopping.ttft && stopping.tpot;
  return {
    minDuration,
    minQueries,
    constraints,
    earlyStopping: stopping,
    stops: { ttft: ttft.stop, tpot: tpot.stop },
    valid: others ? early : false,
  };
}

interface TailFigures {
  max: string;
  at: (percentile: string) => string;
}

const ttftFigures = {
  max: "result_first_token_max_latency_ns",
  at: (percentile: string) => `result_first_token_${percentile}_percentile_latency_ns`,
};
const tpotFigures = {
  max: "result_time_to_output_token_max",
  at: (percentile: string) => `result_time_per_output_token_${percentile}_percentile_ns`,
};

/** How many of n values can lie above a limit, by the percentiles that the log holds, and what that decides. */
function tailOf(
  detail: LoadgenDetail,
  n: number,
  figures: TailFigures,
  limitNs: number,
): { kept: boolean; met: boolean | null; stop: EarlyStopping } {
  let least = figureOf(detail, figures.max) > limitNs ? 1 : 0;
  let most = least === 0 ? 0 : n;
  for (const percentile of percentiles) {
    const index = Math.trunc(n * (Number(percentile) / 100));
    if (figureOf(detail, figures.at(percentile)) > limitNs) least = Math.max(least, n - index);
    else most = Math.min(most, n - 1 - index);
  }
  const p = figureOf(detail, "effective_target_latency_percentile");
  const best = earlyStopping(n, least, p, CONFIDENCE);
  const worst = earlyStopping(n, most, p, CONFIDENCE);
  const kept = figureOf(detail, figures.at("99.00")) <= limitNs;
  return { kept, met: best.met === worst.met ? best.met : null, stop: best };
}
