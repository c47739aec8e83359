import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { accuracyDefinitions } from "./accuracy.ts";
import * as achievedRate from "./achieved-rate.ts";
import * as clientCpuPerToken from "./client-cpu-per-token.ts";
import * as conversationRate from "./conversation-rate.ts";
import * as conversationWaiting from "./conversation-waiting.ts";
import * as cpuEnergy from "./cpu-energy.ts";
import { derivedDefinitions, derivedRows } from "./derived.ts";
import * as e2eSched from "./e2e-sched.ts";
import * as e2e from "./e2e.ts";
import * as energyAboveIdle from "./energy-above-idle.ts";
import * as energyPerToken from "./energy-per-token.ts";
import * as energyTotal from "./energy-total.ts";
import { engineFigures } from "./engine-figures.ts";
import { engineLatencyDifferences } from "./engine-latency-differences.ts";
import * as heldBack from "./held-back.ts";
import * as itlClientMinusEngine from "./engine-itl-difference.ts";
import * as goodputShare from "./goodput-share.ts";
import * as goodputTokens from "./goodput-tokens.ts";
import * as goodput from "./goodput.ts";
import * as itl from "./itl.ts";
import type { Metric, MetricInput } from "./metric.ts";
import * as loadgenLatency from "./loadgen-latency.ts";
import * as loadgenSamples from "./loadgen-samples.ts";
import * as loadgenTokens from "./loadgen-tokens.ts";
import * as gpuClock from "./gpu-clock.ts";
import * as naturalEnds from "./natural-ends.ts";
import * as outputThroughputSteady from "./output-throughput-steady.ts";
import * as outputThroughput from "./output-throughput.ts";
import * as outputTokensAsked from "./output-tokens-asked.ts";
import * as outputTokens from "./output-tokens.ts";
import * as powerMean from "./power-mean.ts";
import * as promptTokensAsked from "./prompt-tokens-asked.ts";
import * as promptTokens from "./prompt-tokens.ts";
import * as requestThroughput from "./request-throughput.ts";
import * as requestedRate from "./requested-rate.ts";
import * as requestsCancelled from "./requests-cancelled.ts";
import * as scheduleSaved from "./schedule-saved.ts";
import * as requestsFailed from "./requests-failed.ts";
import * as requestsHeld from "./requests-held.ts";
import * as requestsFinished from "./requests-finished.ts";
import * as sendLag from "./send-lag.ts";
import * as tokensPerChunk from "./tokens-per-chunk.ts";
import * as tpot from "./tpot.ts";
import * as turnThroughput from "./turn-throughput.ts";
import * as ttftSched from "./ttft-sched.ts";
import * as ttft from "./ttft.ts";

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
  tokensPerChunk,
  clientCpuPerToken,
  ...[energyPerToken, energyTotal, energyAboveIdle, powerMean, gpuClock, cpuEnergy].map(fromTelemetry),
  ...engineFigures,
  ...engineLatencyDifferences,
  itlClientMinusEngine,
];

/** One whose figure rests on what was sampled beside the requests. */
function fromTelemetry(metric: Metric): Metric {
  const { definition } = metric;
  return { definition, measure: (input) => metric.measure(input).map((row) => ({ ...row, source: "telemetry" })) };
}

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
