import { judgedDurationNs, timePerOutputTokenNs } from "../../math/loadgen/results.ts";
import { latenciesOf } from "./latencies.ts";
import type { IssuedSample, MlperfRun } from "./run.ts";
import { stoppingOf, type Measured, type Stopping } from "./stopping.ts";

/** What LoadGen makes of a finished performance run: all that its summary and its detail log print. Times in ns. */
export interface MlperfResults extends Measured {
  samples: number;
  tokens: number;
  /** Answers above the limit of the whole latency. In token mode that limit is 0. */
  overLatency: number;
  maxLatencyNs: number;
  lastScheduledNs: number;
  lastIssuedNs: number;
  /** When the query issued last was done. */
  lastDoneNs: number;
  minDurationMet: boolean;
  minQueriesMet: boolean;
  /** What LoadGen says of limits that were not kept, one each; empty where all were. */
  broken: string[];
  stopping: Stopping;
  valid: boolean;
}

/**
 * Results of at least one issued sample, as LoadGen computes them: Server counts latencies from the moment that was due,
 * Offline from the start, the streams from the send.
 * Source: loadgen/results.cc and loadgen/loadgen.cc.
 */
export function resultsOf(run: MlperfRun, issued: readonly IssuedSample[]): MlperfResults {
  const { settings, percentile, tokenLatencies, least } = run;
  const { scenario } = settings;
  const whole = issued.map((sample) => sample.doneNs - startNs(scenario, sample));
  const first = issued.map((sample) => sample.firstTokenNs - startNs(scenario, sample));
  const latency = latenciesOf(whole, percentile);
  const perQuery = queryLatencies(issued, whole);
  const last = issued.at(-1)!;
  const lastQuery = issued.filter(({ query }) => query === last.query);
  const queryLatency = scenario === "MultiStream" ? latenciesOf(perQuery, percentile) : null;
  const ofTokens = tokenLatencies && scenario !== "Offline";
  const firstToken = ofTokens ? latenciesOf(first, percentile) : null;
  const perToken = ofTokens
    ? latenciesOf(
        issued.map(({ tokens }, place) => timePerOutputTokenNs(whole[place]!, first[place]!, tokens)),
        percentile,
      )
    : null;
  const moments = {
    maxLatencyNs: latency.max,
    lastScheduledNs: last.dueNs ?? 0,
    lastIssuedNs: last.sentNs,
    lastDoneNs: lastQuery.reduce((latest, { doneNs }) => Math.max(latest, doneNs), 0),
  };
  const measured = { queries: perQuery.length, latency, queryLatency, firstToken, perToken };
  const minDurationMet = judgedDurationNs(scenario, moments) >= least.durationMs * 1e6;
  const minQueriesMet = measured.queries >= least.queries && issued.length >= least.samples;
  const broken = brokenLimits(run, measured);
  const stopping = stoppingOf(run, measured);
  return {
    ...measured,
    ...moments,
    samples: issued.length,
    tokens: issued.reduce((total, { tokens }) => total + tokens, 0),
    overLatency: whole.filter((ns) => ns > run.limits.latencyNs).length,
    minDurationMet,
    minQueriesMet,
    broken,
    stopping,
    valid: minDurationMet && minQueriesMet && broken.length === 0 && stopping.met,
  };
}

function startNs(scenario: MlperfRun["settings"]["scenario"], { dueNs, sentNs }: IssuedSample): number {
  return scenario === "Server" || scenario === "Offline" ? (dueNs ?? 0) : sentNs;
}

/** A query is done when all of its samples are. */
function queryLatencies(issued: readonly IssuedSample[], whole: readonly number[]): number[] {
  const slowest = new Map<number, number>();
  for (const [place, { query }] of issued.entries())
    slowest.set(query, Math.max(slowest.get(query) ?? 0, whole[place]!));
  return [...slowest.values()];
}

/** Server alone has limits. The words are LoadGen's, its spelling too. */
function brokenLimits(
  { settings, limits, tokenLatencies }: MlperfRun,
  { latency, firstToken, perToken }: Pick<MlperfResults, "latency" | "firstToken" | "perToken">,
): string[] {
  if (settings.scenario !== "Server") return [];
  if (!tokenLatencies) return latency.target > limits.latencyNs ? [reduce] : [];
  return [
    ...(firstToken !== null && firstToken.target > limits.ttftNs ? [`TTFT constrain not met: ${reduce}`] : []),
    ...(perToken !== null && perToken.target > limits.tpotNs ? [`TPOT constrain not met: ${reduce}`] : []),
  ];
}

const reduce = "Reduce target QPS to improve latency.";
