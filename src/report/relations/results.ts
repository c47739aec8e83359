import type { Effect } from "../../schema/effect.ts";
import { none } from "../numbers.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";
import { costColumns, costsOf } from "./costs.ts";
import { footnotesOf } from "./footnotes.ts";
import { change, code, interval, number, relationOf, text, type Cell } from "./relation.ts";
import {
  changeCell,
  effectOn,
  figureOf,
  hasManyGpus,
  knobsText,
  metricText,
  metricWords,
  perGpuText,
} from "./wording.ts";

/** From so many milliseconds on, whole-request latencies are shown in seconds. */
const inSecondsFrom = 10_000;

interface Row {
  summary: ReportSummary;
  /** The deciding metric. */
  metric: string | null;
  toBaseline: Effect | null;
  toStep: Effect | null;
  rouge: Effect | null;
  decision: string;
  marks: string;
}

/** A row for each experiment: throughput, change, latencies, verdict, accuracy and what to do; with its footnotes. */
export function resultsRelation(input: ReportInput) {
  const { summaries, decisions } = input;
  const { footnotes, superseded, marksOf } = footnotesOf(input);
  const whole = wholeRequest(summaries);
  const slowest = summaries.reduce((most, row) => Math.max(most, figureOf(row, whole, "p50") ?? 0), 0);
  const isLong = slowest >= inSecondsFrom;
  const unit = isLong ? "s" : "ms";
  const metrics = [...new Set(decisions.flatMap(({ metric }) => (metric === null ? [] : metricText(metric))))];
  const metric = metrics.length === 1 ? (metrics[0] ?? null) : null;
  const hasSteps = summaries.some(({ toStep, toBaseline }) =>
    toStep.some(({ control }) => control !== toBaseline[0]?.control),
  );
  // Of a study without a change nothing is compared.
  const isCompared = input.study.contrasts.length > 0;
  const isOfManyGpus = hasManyGpus(summaries);
  const costs = costsOf(input);
  const hasAccuracy = summaries.some((row) => figureOf(row, "rouge1", "mean") !== null);

  const rows = summaries.map((summary): Row => {
    const { experiment } = summary;
    const decision = decisions.find((one) => one.experiment === experiment);
    const toBaseline = effectOn(summary.toBaseline, decision?.metric ?? null);
    const toStep = effectOn(summary.toStep, decision?.metric ?? null);
    return {
      summary,
      metric: decision?.metric ?? null,
      toBaseline,
      toStep: toStep?.control === toBaseline?.control ? null : toStep,
      rouge: effectOn(summary.toBaseline, "rouge1 mean"),
      decision: decision?.outcome ?? "",
      marks: marksOf(experiment).join(" "),
    };
  });

  const latency = (key: string, title: string, of: string, stat: string, inUnit = "ms") =>
    number<Row>(key, title, ({ summary }) => measured(summary, of, stat, inUnit === "s" ? 1000 : 1), {
      unit: inUnit,
      decimals: 2,
    });
  const rate = (of: string, title: string) =>
    number<Row>(of, title, ({ summary }) => measured(summary, of, "value"), { decimals: 2 });
  const relation = relationOf("results", rows, [
    text("experiment", "Experiment", ({ summary }) => summary.experiment),
    isCompared &&
      code("changed", "What changed", ({ summary }) =>
        summary.baseline ? { value: `baseline: ${summary.label}`, isText: true } : knobsText(summary.changed),
      ),
    number("output_throughput", "tok/s", ({ summary }) => measured(summary, "output_throughput", "value"), {
      unit: "tok/s",
      decimals: 2,
    }),
    isOfManyGpus && number("gpus", "GPUs", ({ summary }) => summary.gpus),
    isOfManyGpus && rate("output_throughput_per_gpu", "tok/s/GPU"),
    isOfManyGpus && rate("interactivity", "tok/s/user"),
    isCompared &&
      change("change", `Δ baseline${metric === null ? "" : `, ${metric}`}`, (row) => {
        if (row.summary.baseline) return "baseline";
        return row.toBaseline && { ...changeCell(row.toBaseline), note: metric === null ? noteOf(row.metric) : "" };
      }),
    isCompared && interval("change_interval", ({ toBaseline }) => toBaseline?.interval ?? null),
    hasSteps && change("step_change", "Δ step before", ({ toStep }) => toStep && changeCell(toStep), ""),
    hasSteps && interval("step_interval", ({ toStep }) => toStep?.interval ?? null),
    ...costColumns<Row>(costs, ({ summary }) => summary),
    number("launches", "n", launchesText),
    latency("e2e_p50", "E2E p50", whole, "p50", unit),
    latency("e2e_p99", "E2E p99", whole, "p99", unit),
    latency("ttft_p50", "TTFT p50", "ttft", "p50"),
    latency("tpot_p50", "TPOT p50", "tpot", "p50"),
    text("verdict", "Verdict", ({ summary, marks }) => `${verdictText(summary)} ${marks}`.trimEnd()),
    hasAccuracy && number("rouge1", "ROUGE-1", ({ summary }) => figureOf(summary, "rouge1", "mean"), { decimals: 2 }),
    hasAccuracy && number("rouge1_change", "Δ", rougeChange, { decimals: 2, sign: "+" }),
    isCompared && text("decision", "Safe to ship", ({ decision }) => decision),
  ]);
  return {
    relation,
    facts: {
      /** The deciding metric, where it is one for all changes. */
      metric,
      /** The numbers of GPUs, where throughput and goodput are judged per GPU: `1 and 8`. */
      perGpu: perGpuText(decisions, summaries),
      /** True where the table has columns per GPU and per user. */
      hasManyGpus: isOfManyGpus,
      footnotes,
      /** Attempts that a later one replaced. */
      superseded,
      latenciesFrom: whole === "e2e_sched" ? "intended" : "actual",
      missingFigures: missingFigures(summaries, whole),
      /** What the columns of costs rest on. */
      costs: costs.notes,
    },
  };
}

/** In brackets where it comes from trials that are INVALID. */
function measured(summary: ReportSummary, metric: string, stat: string, per = 1): Cell {
  const value = figureOf(summary, metric, stat);
  return { value: value === null ? null : value / per, bracketed: !summary.figuresAreUsable };
}

function noteOf(metric: string | null): string {
  return ` (${metricText(metric ?? "")})`;
}

function rougeChange({ summary, rouge }: Row): number | string | null {
  if (summary.baseline) return "";
  const [ours, theirs] = [rouge?.treatmentValue ?? null, rouge?.controlValue ?? null];
  return ours === null || theirs === null ? null : ours - theirs;
}

/**
 * Which metric the latency of the whole request is: from the intended send where every measured row has one (offline: from the start, as
 * LoadGen counts), else from the actual send, for all rows alike.
 */
export function wholeRequest(summaries: readonly ReportSummary[]): "e2e" | "e2e_sched" {
  const known = summaries.filter((row) => figureOf(row, "e2e", "p50") !== null);
  const scheduled = known.every((row) => figureOf(row, "e2e_sched", "p50") !== null);
  return known.length > 0 && scheduled ? "e2e_sched" : "e2e";
}

/** Launches on each side of the comparison with the baseline. */
function launchesText({ summary: { status, usable, figures, figuresAreUsable }, toBaseline }: Row): string {
  if (status === null || status === "SKIPPED") return none;
  // A curve measures a point twice in a launch.
  const launches = figuresAreUsable ? Math.max(0, ...figures.map(({ n }) => n)) : usable;
  return toBaseline === null ? String(launches) : `${toBaseline.trials.treatment} v ${toBaseline.trials.control}`;
}

function verdictText({ status, usable, of, clientUnjudged }: ReportSummary): string {
  if (status === null) return "not run yet";
  const counted = usable > 0 && usable < of ? `${status} (${usable} of ${of} usable)` : status;
  return clientUnjudged ? `${counted}, client not judged` : counted;
}

/** Why a figure of the table is a dash, said once for each reason. */
function missingFigures(summaries: readonly ReportSummary[], whole: string): string[] {
  const shown = new Set([`${whole} p50`, `${whole} p99`, "ttft p50", "tpot p50", "output_throughput value"]);
  const reasons = summaries.flatMap(({ figures }) =>
    figures
      .filter(({ metric, stat, why }) => why !== null && shown.has(`${metric} ${stat}`))
      .map(({ metric, stat, why }) => inWords(why ?? "", metric, stat)),
  );
  // One reason of several samples: `4 to 256 values`.
  const alike = Map.groupBy([...new Set(reasons)], (reason) => reason.replace(counted, ""));
  return [...alike.values()]
    .map((own) => {
      const counts = own.flatMap((reason) => Number(counted.exec(reason)?.[1] ?? [])).toSorted((a, b) => a - b);
      return own.length === 1 ? own[0]! : own[0]!.replace(counted, `${counts[0]} to ${counts.at(-1)} values`);
    })
    .toSorted();
}

/** How many values a reason speaks of. */
const counted = /\b(\d+) values\b/;

/** A reason with the table's words in the place of ids: `no e2e_sched p99: 64 values …` is `no E2E p99: 64 values …`. */
function inWords(why: string, metric: string, stat: string): string {
  return why.replaceAll(`${metric} ${stat}`, metricWords(`${metric} ${stat}`));
}
