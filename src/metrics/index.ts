import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { accuracyDefinitions } from "./accuracy.ts";
import * as achievedRate from "./achieved-rate.ts";
import * as clientCpuPerToken from "./client-cpu-per-token.ts";
import * as cpuEnergy from "./cpu-energy.ts";
import * as e2eSched from "./e2e-sched.ts";
import * as e2e from "./e2e.ts";
import * as energyAboveIdle from "./energy-above-idle.ts";
import * as energyPerToken from "./energy-per-token.ts";
import * as energyTotal from "./energy-total.ts";
import { engineFigures } from "./engine-figures.ts";
import * as ttftClientMinusEngine from "./engine-ttft-difference.ts";
import * as goodputShare from "./goodput-share.ts";
import * as goodput from "./goodput.ts";
import * as itl from "./itl.ts";
import type { Metric, MetricInput } from "./metric.ts";
import * as outputThroughput from "./output-throughput.ts";
import * as outputTokens from "./output-tokens.ts";
import * as powerMean from "./power-mean.ts";
import * as promptTokens from "./prompt-tokens.ts";
import * as requestThroughput from "./request-throughput.ts";
import * as requestedRate from "./requested-rate.ts";
import * as requestsFailed from "./requests-failed.ts";
import * as requestsFinished from "./requests-finished.ts";
import * as sendLag from "./send-lag.ts";
import * as tokensPerChunk from "./tokens-per-chunk.ts";
import * as tpot from "./tpot.ts";
import * as ttftSched from "./ttft-sched.ts";
import * as ttft from "./ttft.ts";

export { accuracyMeasurements } from "./accuracy.ts";
export type { MetricInput } from "./metric.ts";

/** Every metric of a load, in the order of tables. */
const metrics: readonly Metric[] = [
  outputThroughput,
  requestThroughput,
  goodput,
  goodputShare,
  ttft,
  ttftSched,
  tpot,
  itl,
  e2e,
  e2eSched,
  sendLag,
  requestedRate,
  achievedRate,
  requestsFinished,
  requestsFailed,
  outputTokens,
  promptTokens,
  tokensPerChunk,
  clientCpuPerToken,
  energyPerToken,
  energyTotal,
  energyAboveIdle,
  powerMean,
  cpuEnergy,
  ...engineFigures,
  ttftClientMinusEngine,
];

/** Every metric that a trial can hold, those of accuracy too. */
export const metricDefinitions: readonly MetricDefinition[] = [
  ...metrics.map(({ definition }) => definition),
  ...accuracyDefinitions,
];

/** All rows of a trial's load, from each request's own stamps. */
export function measure(input: MetricInput): Measurement[] {
  return metrics.flatMap((metric) => metric.measure(input));
}
