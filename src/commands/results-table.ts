import { formatRows } from "../render/index.ts";
import type { MadeReport } from "../run/make-report.ts";
import type { Effect } from "../schema/effect.ts";
import type { ExperimentSummary } from "../schema/summary.ts";
import { changeText } from "./plan-text.ts";

const headline = { metric: "output_throughput", stat: "value" };

/** What `run` leaves on stdout: a row for each experiment, latencies at the median. The report has the rest. */
export function resultsTable({ study, summaries, decisions }: MadeReport): string {
  const outcomes = new Map(decisions.map(({ experiment, outcome }) => [experiment, outcome]));
  const accurate = summaries.some((summary) => figure(summary, "rouge1", "mean", 2) !== "");
  const rows = summaries.map((summary) => [
    summary.experiment,
    summary.baseline ? "baseline" : changeText(summary.changed),
    figure(summary, headline.metric, headline.stat, 1),
    summary.baseline ? "" : deltaText(summary.toBaseline),
    `${summary.usable}/${summary.of}`,
    figure(summary, "ttft", "p50", 0),
    figure(summary, "tpot", "p50", 2),
    ...(accurate ? [figure(summary, "rouge1", "mean", 2)] : []),
    summary.status ?? "",
    outcomes.get(summary.experiment) ?? "",
  ]);
  const marks = [
    ...(study.origin === "simulated" ? ["SIMULATED: every number comes from a simulated engine."] : []),
    ...(study.standIn === null ? [] : [`STAND-IN: ${study.standIn}.`]),
  ];
  const columns = ["experiment", "what changed", "tok/s", "Δ baseline", "usable", "TTFT ms", "TPOT ms"];
  columns.push(...(accurate ? ["ROUGE-1"] : []), "verdict", "ship?");
  return `\n${marks.length > 0 ? `${marks.join(" ")}\n\n` : ""}${formatRows(columns, rows, "table")}`;
}

function figure(summary: ExperimentSummary, metric: string, stat: string, digits: number): string {
  const value = summary.figures.find((found) => found.metric === metric && found.stat === stat)?.value ?? null;
  if (value === null) return "";
  const text = value.toFixed(digits);
  return summary.figuresAreUsable ? text : `(${text})`;
}

/** `+34.5 % [+30.1, +39.0]`: the interval where there are two launches a side. */
function deltaText(effects: Effect[]): string {
  const effect = effects.find(({ metric, stat }) => metric === headline.metric && stat === headline.stat);
  if (!effect || effect.ratio === null) return "";
  const { ratio, interval } = effect;
  return `${percent(ratio)} %${interval ? ` [${percent(interval.lower)}, ${percent(interval.upper)}]` : ""}`;
}

function percent(ratio: number): string {
  const change = (ratio - 1) * 100;
  return `${change < 0 ? "-" : "+"}${Math.abs(change).toFixed(1)}`;
}
