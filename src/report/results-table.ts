import type { Decision, Effect } from "../schema/effect.ts";
import { formatRows } from "./format.ts";
import { percentChange, percentInterval } from "./numbers.ts";
import { fromToText, metricText } from "./report-decisions.ts";
import type { ReportInput, ReportSummary } from "./report-input.ts";
import { changeText } from "./report-results.ts";

/** What the table of a run is made from. */
interface RunResults extends Pick<ReportInput, "summaries"> {
  decisions: Pick<Decision, "experiment" | "metric" | "outcome" | "caveats">[];
  study: Pick<ReportInput["study"], "origin" | "standIn">;
}

/** What `run` leaves on stdout: a row for each experiment, latencies at the median; Δ is of the figure that decides. The report has the rest. */
export function resultsTable({ study, summaries, decisions }: RunResults): string {
  const byName = new Map(decisions.map((decision) => [decision.experiment, decision]));
  const accurate = summaries.some((summary) => figure(summary, "rouge1", "mean", 2) !== "");
  const metrics = [...new Set(decisions.flatMap(({ metric }) => metric ?? []))];
  const rows = summaries.map((summary) => {
    const decision = byName.get(summary.experiment);
    return [
      summary.experiment,
      summary.baseline ? "baseline" : changeText(summary.changed),
      figure(summary, "output_throughput", "value", 1),
      summary.baseline ? "" : deltaText(summary.toBaseline, decision?.metric ?? null, metrics.length > 1),
      `${summary.usable}/${summary.of}`,
      figure(summary, "ttft", "p50", 0),
      figure(summary, "tpot", "p50", 2),
      ...(accurate ? [figure(summary, "rouge1", "mean", 2)] : []),
      `${summary.status ?? ""}${summary.clientUnjudged ? ", client not judged" : ""}`,
      decision?.outcome ?? "",
    ];
  });
  const marks = [
    ...(study.origin === "simulated" ? ["SIMULATED: every number comes from a simulated engine."] : []),
    ...(study.standIn === null ? [] : [`STAND-IN: ${study.standIn}.`]),
  ];
  const delta = metrics.length === 1 ? `Δ ${metricText(metrics[0]!)}` : "Δ baseline";
  const columns = ["experiment", "what changed", "tok/s", delta, "usable", "TTFT ms", "TPOT ms"];
  columns.push(...(accurate ? ["ROUGE-1"] : []), "verdict", "ship?");
  const hasInterval = rows.some((row) => row[3]?.includes("["));
  const notes = [
    ...(hasInterval
      ? ["In brackets the 95 % interval of each effect alone; decisions go by p, corrected over all changes.\n"]
      : []),
    ...caveatLines(decisions),
  ];
  const table = formatRows(columns, rows, "table");
  return `\n${marks.length > 0 ? `${marks.join(" ")}\n\n` : ""}${table}${notes.length > 0 ? `\n${notes.join("")}` : ""}`;
}

/** A line for each caveat, with the rows that it concerns. */
function caveatLines(decisions: RunResults["decisions"]): string[] {
  const all = decisions.flatMap(({ experiment, caveats }) => caveats.map((text) => ({ experiment, text })));
  return [...Map.groupBy(all, ({ text }) => text)].map(
    ([text, rows]) => `${rows.map(({ experiment }) => experiment).join(", ")}: ${text}\n`,
  );
}

function figure(summary: ReportSummary, metric: string, stat: string, digits: number): string {
  const value = summary.figures.find((found) => found.metric === metric && found.stat === stat)?.value ?? null;
  if (value === null) return "";
  const text = value.toFixed(digits);
  return summary.figuresAreUsable ? text : `(${text})`;
}

/** `+34.5 % [+30.1, +39.0]`: the interval where there are two launches a side; `5 → 0 req/s` where a side measured zero. */
function deltaText(effects: Effect[], metric: string | null, named: boolean): string {
  const effect = effects.find((one) => `${one.metric} ${one.stat}` === metric);
  if (!effect || metric === null || effect.direction === null) return "";
  const ratioText = [percentChange(effect.ratio, 1), percentInterval(effect.interval, 1)].join(" ").trimEnd();
  return `${fromToText(effect) ?? ratioText}${named ? ` ${metricText(metric)}` : ""}`;
}
