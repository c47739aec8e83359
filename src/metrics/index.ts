import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { accuracyDefinitions } from "./accuracy.ts";
import { conversationWaiting } from "./conversation-waiting.ts";
import { derivedDefinitions, derivedRows } from "./derived.ts";
import { energyFigures } from "./energy.ts";
import { engineFigures } from "./engine-figures.ts";
import { itlClientMinusEngine } from "./engine-itl-difference.ts";
import { engineLatencyDifferences } from "./engine-latency-differences.ts";
import { goodput, goodputShare, goodputTokens } from "./goodput.ts";
import * as itl from "./itl.ts";
import { e2e, e2eSched, sendLag, ttft, ttftSched } from "./latencies.ts";
import { loadgenLatency, loadgenSamples, loadgenTokens } from "./loadgen-figures.ts";
import type { Metric, MetricInput } from "./metric.ts";
import { naturalEnds } from "./natural-ends.ts";
import {
  conversationRate,
  outputThroughput,
  outputThroughputSteady,
  requestThroughput,
  turnThroughput,
} from "./rates.ts";
import { heldBack, requestsCancelled, requestsFailed, requestsFinished, requestsHeld } from "./request-counts.ts";
import { scheduleSaved } from "./schedule-saved.ts";
import { achievedRate, requestedRate } from "./send-rate.ts";
import { clientCpuPerToken, outputTokens, outputTokensAsked, promptTokens, promptTokensAsked } from "./token-counts.ts";
import { tokensPerChunkFigure } from "./tokens-per-chunk.ts";
import * as tpot from "./tpot.ts";

export { accuracyDefinitions, accuracyMeasurements } from "./accuracy.ts";
export type { MetricInput } from "./metric.ts";
export { scoreAsMlperf, scorePairs, type MlperfScore } from "./scorers/rouge.ts";
export { missesSlo, shareWithin } from "./slo.ts";

/** Every metric of a load, in the order of tables. */
const metrics: readonly Metric[] = [
  outputThroughputSteady,
  outputThroughput,
  requestThroughput,
  loadgenTokens,
  loadgenSamples,
  loadgenLatency,
  goodput,
  goodputTokens,
  goodputShare,
  turnThroughput,
  conversationRate,
  conversationWaiting,
  ttft,
  ttftSched,
  tpot,
  itl,
  e2e,
  e2eSched,
  sendLag,
  requestsHeld,
  heldBack,
  requestedRate,
  achievedRate,
  requestsFinished,
  requestsFailed,
  requestsCancelled,
  scheduleSaved,
  naturalEnds,
  outputTokens,
  outputTokensAsked,
  promptTokens,
  promptTokensAsked,
  tokensPerChunkFigure,
  clientCpuPerToken,
  ...energyFigures,
  ...engineFigures,
  ...engineLatencyDifferences,
  itlClientMinusEngine,
];

/** Every metric that a trial can hold, those of accuracy too. */
export const metricDefinitions: readonly MetricDefinition[] = [
  ...metrics.map(({ definition }) => definition),
  ...derivedDefinitions,
  ...accuracyDefinitions,
];

/** All rows of a trial's load, from each request's own stamps. */
export function measure(input: MetricInput): Measurement[] {
  const rows = metrics.flatMap((metric) => metric.measure(input));
  return [...rows, ...derivedRows(rows, input.gpus ?? null)];
}
