import { countText, figureText, saidOf } from "../math/figures.ts";
import type { Curve } from "../schema/curve.ts";
import type { Decision, Effect } from "../schema/effect.ts";
import type { Block } from "./document.ts";
import { escapeMarkdown } from "./markdown.ts";
import { percentChange, percentInterval } from "./numbers.ts";
import { asksForBest } from "../schema/best.ts";
import { bestLines } from "./relations/best.ts";
import { curveSentence } from "./relations/curves.ts";
import { relationOf, text, type ColumnOf } from "./relations/relation.ts";
import { effectOn, figureOf, fromToText, hasManyGpus, knobsText, metricText, perGpuText } from "./relations/wording.ts";
import type { ReportInput, ReportSummary } from "./report-input.ts";
import { terminalDocument } from "./writers/terminal.ts";

/** What the table of a run is made from. */
interface RunResults extends Pick<ReportInput, "summaries" | "best" | "curves"> {
  decisions: Pick<Decision, "experiment" | "metric" | "outcome" | "missing" | "caveats">[];
  study: Pick<ReportInput["study"], "origin" | "standIn"> & Partial<Pick<ReportInput["study"], "contrasts">>;
}

/** Cells of which the best is named; the report names it of all. */
const mostCells = 20;

/** What `run` leaves on stdout: a row for each experiment, latencies at the median; Δ is of the figure that decides. The report has the rest. */
export function resultsTable({ study, summaries, decisions, best = [], curves = [] }: RunResults): string {
  const byName = new Map(decisions.map((decision) => [decision.experiment, decision]));
  const isAccurate = summaries.some((row) => figureOf(row, "rouge1", "mean") !== null);
  const metrics = [...new Set(decisions.flatMap(({ metric }) => metric ?? []))];
  const deltaOf = (row: ReportSummary): string =>
    row.baseline ? "" : deltaText(row.toBaseline, byName.get(row.experiment)?.metric ?? null, metrics.length > 1);
  const isCompared = study.contrasts?.length !== 0;
  const isOfManyGpus = hasManyGpus(summaries);
  const delta = metrics[0] && metrics.length === 1 ? `Δ ${metricText(metrics[0])}` : "Δ baseline";
  const relation = relationOf("run", summaries, [
    text("experiment", "experiment", ({ experiment }) => experiment),
    isCompared &&
      text("changed", "what changed", ({ baseline, changed }) => (baseline ? "baseline" : knobsText(changed))),
    figure("output_throughput", "tok/s", "output_throughput", "value", 1),
    isOfManyGpus && text("gpus", "GPUs", ({ gpus }) => gpus ?? ""),
    isOfManyGpus && figure("output_throughput_per_gpu", "tok/s/GPU", "output_throughput_per_gpu", "value", 1),
    isCompared && text("change", delta, deltaOf),
    text("usable", "usable", ({ usable, of }) => `${usable}/${of}`),
    figure("ttft_p50", "TTFT ms", "ttft", "p50", 0),
    figure("tpot_p50", "TPOT ms", "tpot", "p50", 2),
    isAccurate && figure("rouge1", "ROUGE-1", "rouge1", "mean", 2),
    text(
      "verdict",
      "verdict",
      ({ status, clientUnjudged }) => `${status ?? ""}${clientUnjudged ? ", client not judged" : ""}`,
    ),
    isCompared && text("decision", "ship?", ({ experiment }) => byName.get(experiment)?.outcome ?? ""),
  ]);
  const marks = saidOf(
    study.origin === "simulated" && "SIMULATED: every number comes from a simulated engine.",
    study.standIn !== null && `STAND-IN: ${study.standIn}.`,
  );
  const perGpu = perGpuText(decisions, summaries);
  const hasInterval = summaries.some((row) => deltaOf(row).includes("["));
  const notes = saidOf(
    hasInterval && "In brackets the 95 % interval of each effect alone; decisions go by p, corrected over all changes.",
    perGpu !== null &&
      `Throughput and goodput are judged per GPU, since configurations take ${perGpu} GPUs; latency is judged as it is.`,
    ...(asksForBest(study) ? bestLines(best.slice(0, mostCells)) : []),
    ...reasonLines(decisions),
    ...curveLines(curves),
  );
  const blocks: Block[] = [...proseOf([marks.join(" ")]), { type: "table", relation }, ...proseOf(notes)];
  return `\n${terminalDocument({ blocks })}`;
}

/** Lines as one block; none of no line. */
function proseOf(lines: readonly string[]): Block[] {
  const said = lines.filter((line) => line !== "").map(escapeMarkdown);
  return said.length === 0 ? [] : [{ type: "prose", text: said.join("\n") }];
}

/** A line for each reason of a HOLD and each caveat, with the rows that it concerns. */
function reasonLines(decisions: RunResults["decisions"]): string[] {
  const all = decisions.flatMap(({ experiment, outcome, missing, caveats }) => {
    const held =
      outcome === "HOLD" ? missing.map(({ kind, text: why }) => (kind === "command" ? why : `on HOLD: ${why}`)) : [];
    return [...held, ...caveats].map((reason) => ({ experiment, reason }));
  });
  return [...Map.groupBy(all, ({ reason }) => reason)].map(
    ([reason, rows]) => `${rows.map(({ experiment }) => experiment).join(", ")}: ${reason}`,
  );
}

/** More curves than this are for the report. */
const listedCurves = 20;

function curveLines(curves: readonly Curve[]): string[] {
  const more = curves.length - listedCurves;
  return saidOf(
    ...curves.slice(0, listedCurves).map((curve) => `${curve.name}: ${curveSentence(curve)}`),
    more > 0 && `… and ${countText(more, "more curve")}, in the report`,
  );
}

/** A column of one figure, with more decimals where fewer than two digits would be left of it; in brackets where it comes from trials that are INVALID. */
function figure(key: string, title: string, metric: string, stat: string, decimals: number): ColumnOf<ReportSummary> {
  return text(key, title, (row) => {
    const value = figureOf(row, metric, stat);
    if (value === null) return "";
    const said = Math.abs(value) < 10 ** (1 - decimals) ? figureText(value) : value.toFixed(decimals);
    return row.figuresAreUsable ? said : `(${said})`;
  });
}

/** `+34.5 % [+30.1, +39.0]`: the interval where there are two launches a side; `5 → 0 req/s` where a side measured zero. */
function deltaText(effects: readonly Effect[], metric: string | null, named: boolean): string {
  const effect = effectOn(effects, metric);
  if (!effect || metric === null || effect.direction === null) return "";
  const ratioText = [percentChange(effect.ratio, 1), percentInterval(effect.interval, 1)].join(" ").trimEnd();
  return `${fromToText(effect) ?? ratioText}${named ? ` ${metricText(metric)}` : ""}`;
}
