import type { Effect } from "../schema/effect.ts";
import type { Check } from "../schema/verdict.ts";
import type { Trial } from "../schema/trial.ts";
import { none, plain, superscript } from "./numbers.ts";
import { decisionsSection, driftRows, factorialRows, isClear, metricText, pText } from "./report-decisions.ts";
import type { ReportInput, ReportSummary } from "./report-input.ts";

/** From so many milliseconds on, whole-request latencies are told in seconds. */
const tellInSecondsFrom = 10_000;

/** How whole-request latencies are told. */
interface Latency {
  whole: "e2e" | "e2e_sched";
  unit: "s" | "ms";
}

interface Footnote {
  mark: string;
  experiment: string;
  text: string;
}

/** The results table with its footnotes, what to do with each change and why, and every effect in detail. */
export function resultsSection(input: ReportInput): object {
  const footnotes: Footnote[] = [];
  const note = (experiment: string, text: string): string => {
    const mark = superscript(footnotes.length + 1);
    footnotes.push({ mark, experiment, text });
    return mark;
  };
  const trials = new Map(input.trials.map((trial) => [trial.spec.trialId, trial]));
  const whole = wholeRequest(input.summaries);
  const slowest = Math.max(0, ...input.summaries.map((row) => figure(row, whole, "p50") ?? 0));
  const latencyUnit = slowest >= tellInSecondsFrom ? "s" : "ms";
  const rows = input.summaries.map((row) => resultRow(row, input, trials, note, { whole, unit: latencyUnit }));
  const metrics = [...new Set(input.decisions.flatMap(({ metric }) => (metric === null ? [] : metricText(metric))))];
  return {
    rows,
    metric: metrics.length === 1 ? metrics[0] : null,
    footnotes,
    latencyUnit,
    latenciesFrom: whole === "e2e_sched" ? "intended" : "actual",
    hasSteps: input.summaries.some(({ toStep, toBaseline }) =>
      toStep.some(({ control }) => control !== toBaseline[0]?.control),
    ),
    hasAccuracy: input.summaries.some((row) => figure(row, "rouge1", "mean") !== null),
    missingFigures: missingFigures(input.summaries, whole),
    decisions: decisionsSection(input),
    drift: driftRows(input),
    factorial: factorialRows(input.factorial ?? []),
    duels: input.effects.filter(({ paired }) => paired),
    effects: input.effects
      .filter(({ ratio }) => ratio !== null)
      .map((effect) => ({ ...effect, pAdjustedText: pText(effect.pAdjusted) })),
  };
}

function resultRow(
  row: ReportSummary,
  input: ReportInput,
  trials: ReadonlyMap<string, Trial>,
  note: (experiment: string, text: string) => string,
  latency: Latency,
): object {
  const { experiment } = row;
  const skip = input.study.experiments.find(({ labels }) => labels.name === experiment)?.skip ?? null;
  const reasons = skip === null ? reasonsOf(row, trials) : [`SKIPPED: ${skip}`];
  const decision = input.decisions.find((one) => one.experiment === experiment);
  const toBaseline = effectOn(row.toBaseline, decision?.metric ?? null);
  const toStep = effectOn(row.toStep, decision?.metric ?? null);
  const rouge = effectOn(row.toBaseline, "rouge1 mean");
  const told = (value: number | null): number | null => (value !== null && latency.unit === "s" ? value / 1000 : value);
  return {
    experiment,
    baseline: row.baseline,
    changed: row.baseline ? row.label : changeText(row.changed),
    compound: row.compound,
    comparable: row.figuresAreUsable,
    throughput: figure(row, "output_throughput", "value"),
    toBaseline,
    toStep: toStep?.control === toBaseline?.control ? null : toStep,
    n: launchesText(row, toBaseline),
    e2eP50: told(figure(row, latency.whole, "p50")),
    e2eP99: told(figure(row, latency.whole, "p99")),
    ttftP50: figure(row, "ttft", "p50"),
    tpotP50: figure(row, "tpot", "p50"),
    verdict: verdictText(row),
    marks: reasons.map((text) => note(experiment, text)).join(" "),
    rouge1: figure(row, "rouge1", "mean"),
    rouge1Delta:
      rouge === null || rouge.treatmentValue === null || rouge.controlValue === null
        ? null
        : rouge.treatmentValue - rouge.controlValue,
    ship: decision?.outcome ?? "",
    metric: metricText(decision?.metric ?? ""),
  };
}

/**
 * Which metric tells the whole request: from the intended send where every measured row has one (offline: from the start, as
 * LoadGen counts), else from the actual send, for all rows alike.
 */
export function wholeRequest(summaries: readonly ReportSummary[]): Latency["whole"] {
  const measured = summaries.filter((row) => figure(row, "e2e", "p50") !== null);
  const scheduled = measured.every((row) => figure(row, "e2e_sched", "p50") !== null);
  return measured.length > 0 && scheduled ? "e2e_sched" : "e2e";
}

/** Launches on each side of the comparison with the baseline. */
function launchesText({ status, usable }: ReportSummary, toBaseline: Effect | null): string {
  if (status === null || status === "SKIPPED") return none;
  return toBaseline === null ? String(usable) : `${toBaseline.trials.treatment} v ${toBaseline.trials.control}`;
}

function figure(row: ReportSummary, metric: string, stat: string): number | null {
  return row.figures.find((one) => one.metric === metric && one.stat === stat)?.value ?? null;
}

/** The effect on a figure (`goodput value`). */
function effectOn(all: readonly Effect[], figureName: string | null): (Effect & { clear: boolean }) | null {
  const found = all.find((one) => `${one.metric} ${one.stat}` === figureName);
  return found === undefined ? null : { ...found, clear: isClear(found) };
}

/** `quantization=fp8, load.rate=19`. */
export function changeText(changed: ReportSummary["changed"]): string {
  return Object.entries(changed)
    .map(([knob, value]) => `${knob}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function verdictText({ status, usable, of, clientUnjudged }: ReportSummary): string {
  if (status === null) return "not run yet";
  const counted = usable > 0 && usable < of ? `${status} (${usable} of ${of} usable)` : status;
  return clientUnjudged ? `${counted}, client not judged` : counted;
}

/** Why trials of a row are not in its figures; the same reason of several trials is told once. */
function reasonsOf(row: ReportSummary, trials: ReadonlyMap<string, Trial>): string[] {
  const told = Map.groupBy(row.excluded, ({ trialId, why }) => reasonOf(trials.get(trialId), why));
  return [...told].map(([reason, excluded]) =>
    excluded.length === 1 ? reason : `${reason} (${excluded.length} trials)`,
  );
}

function reasonOf(trial: Trial | undefined, why: string): string {
  if (trial === undefined) return why;
  const { status, failure, checks } = trial.verdict;
  if (status === "FAILED" && failure !== null) {
    const place =
      failure.file === null ? "" : ` (${failure.file}${failure.line === null ? "" : ` line ${failure.line}`})`;
    return `FAILED, ${failure.class}: ${sentence(`${failure.message}${place}`)} ${failure.hint}`;
  }
  const failed = checks.filter((check) => check.status === "fail");
  if (status === "INVALID" && failed.length > 0) return `INVALID, ${failed.map(checkText).join(" ")}`;
  return why;
}

function checkText({ id, message, value, limit, unit, remedy }: Check): string {
  const figures =
    value === null || limit === null
      ? ""
      : ` (${checkFigure(value)} against a limit of ${checkFigure(limit)} ${unit}`.trimEnd();
  return `${id}: ${sentence(`${message}${figures === "" ? "" : `${figures})`}`)} ${remedy}`;
}

function checkFigure(value: number | string): string {
  return typeof value === "number" ? plain(value) : value;
}

/** With its full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Why a figure of the table is a dash, told once for each reason. */
function missingFigures(summaries: readonly ReportSummary[], whole: string): string[] {
  const shown = new Set([`${whole} p50`, `${whole} p99`, "ttft p50", "tpot p50", "output_throughput value"]);
  const told = summaries.flatMap(({ figures }) =>
    figures
      .filter(({ metric, stat, why }) => why !== null && shown.has(`${metric} ${stat}`))
      .map(({ why }) => why ?? ""),
  );
  return [...new Set(told)].toSorted();
}
