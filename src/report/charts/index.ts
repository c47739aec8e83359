import type { ReportInput } from "../report-input.ts";
import { best } from "./best.ts";
import type { ChartRows } from "./chart.ts";
import { accuracy } from "./accuracy.ts";
import { conversations } from "./conversations.ts";
import { interactions } from "./interactions.ts";
import { pairs } from "./pairs.ts";
import { loadLatency } from "./load-latency.ts";
import { everyLaunch } from "./every-launch.ts";
import { launchSpans } from "./launch-spans.ts";
import { latency } from "./latency.ts";
import { peak } from "./peak.ts";
import { stack } from "./stack.ts";
import { trialInTime } from "./trial-in-time.ts";
import { tradeOff } from "./trade-off.ts";

/** What a chart is made from: the study's own performance and accuracy trials, at its fidelity, and answers of queries. */
export type ChartInput = Omit<ReportInput, "resultsFolder">;

/** Our charts by their names, in the order in which a report shows them; `reports/parts/<name>.vl.json` draws each. */
export const chartMakers = {
  stack,
  pairs,
  load_latency: loadLatency,
  peak,
  conversations,
  trade_off: tradeOff,
  interactions,
  every_launch: everyLaunch,
  launch_spans: launchSpans,
  latency,
  best,
  accuracy,
  trial_in_time: trialInTime,
} satisfies Record<string, (input: ChartInput) => ChartRows>;

/** What each of our charts shows of a study. */
export function chartRows(input: ChartInput): Record<string, ChartRows> {
  return Object.fromEntries(Object.entries(chartMakers).map(([name, make]) => [name, make(input)]));
}
