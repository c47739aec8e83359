import { figureText, listText } from "../../math/figures.ts";
import { derivedFigures, perGpuName } from "../../schema/derived-figures.ts";
import type { Decision, Effect } from "../../schema/effect.ts";
export { figureTitle as metricText, figureWords as metricWords } from "../../schema/figure-words.ts";
import type { Experiment } from "../../schema/experiment.ts";
import type { Json } from "../../schema/json.ts";
import { wholeKnob, type Assignment } from "../../schema/knob.ts";
import type { ReportStudy, ReportSummary } from "../report-input.ts";
import type { Cell } from "./relation.ts";

/** `quantization=fp8, load.rate=19`; what a matrix computes with its expression, `max_num_seqs=38 (= load.rate * 2)`, and a lone member by its path. */
export function knobsText(changed: Assignment, computed: Experiment["computed"] = {}): string {
  return Object.entries(changed)
    .map(([knob, value]) => {
      const own = Object.entries(computed).flatMap(([name, text]) =>
        wholeKnob(name) === knob ? [` (= ${text})`] : [],
      );
      return knobText(knob, value) + own.join("");
    })
    .join(", ");
}

function knobText(knob: string, value: Json): string {
  if (typeof value === "string") return value.startsWith("= ") ? `${knob} ${value}` : `${knob}=${value}`;
  const members = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const [[name, inner] = ["", null]] = members;
  return members.length === 1 ? knobText(`${knob}.${name}`, inner) : `${knob}=${JSON.stringify(value)}`;
}

/** The smallest effect of interest of a study, as a share; 2 % in records of versions that did not keep it. */
export function marginOf({ rules }: Pick<ReportStudy, "rules">): number {
  return rules?.smallestEffectOfInterest ?? 0.02;
}

/** What is said of the accuracy of changes that ship. */
export function accuracyText(
  ships: readonly Pick<Decision, "accuracyTrials">[],
  { accuracy }: Pick<ReportStudy, "accuracy">,
): string {
  if (ships.every(({ accuracyTrials }) => accuracyTrials.length > 0)) return accuracyKept;
  return typeof accuracy === "object" && accuracy !== null ? "accuracy does not apply" : "accuracy not measured";
}

export const accuracyKept = "accuracy kept";

/** `5 → 0 req/s` where a launch of a side measured zero, of which no ratio tells enough; else null. */
export function fromToText({ scale, controlValue, treatmentValue, unit }: Effect): string | null {
  if (scale === "log") return null;
  return `${figureText(controlValue ?? 0)} → ${figureText(treatmentValue ?? 0)} ${unit}`;
}

/** What an effect changed, as a cell: its ratio, or both figures where a side measured zero; bold where it is clear. */
export function changeCell(effect: Effect): Cell {
  return { value: fromToText(effect) ?? effect.ratio, strong: isClear(effect) };
}

/** How large an effect is, as a ratio: infinite where only the control measured zero; null where nothing can be compared. */
export function sizeOf(effect: Effect | null): number | null {
  return effect?.ratio ?? (effect?.direction === "higher" ? Infinity : null);
}

/** True where the corrected p, which decides, lies below 0.05. */
export function isClear({ pAdjusted }: Effect): boolean {
  return pAdjusted !== null && pAdjusted < 0.05;
}

/** The effect on a figure (`goodput value`). */
export function effectOn(all: readonly Effect[], figure: string | null): Effect | null {
  return all.find((one) => `${one.metric} ${one.stat}` === figure) ?? null;
}

/** True where the numbers of GPUs are worth a column: where a configuration takes more than one. */
export function hasManyGpus(rows: readonly { gpus?: number | null }[]): boolean {
  return rows.some(({ gpus = null }) => gpus !== null && gpus > 1);
}

/** The numbers of GPUs, `1 and 8`, where a decision rests on a figure per GPU; null where none does. */
export function perGpuText(
  decisions: readonly { experiment: string; metric: string | null }[],
  summaries: readonly Pick<ReportSummary, "experiment" | "gpus">[],
): string | null {
  if (!decisions.some(({ metric }) => isPerGpu(metric))) return null;
  const counts = new Set(summaries.flatMap(({ gpus }) => gpus ?? []));
  return listText([...counts].toSorted((left, right) => left - right));
}

function isPerGpu(figure: string | null): boolean {
  return derivedFigures.some(
    ({ metric, stat, from }) => `${metric} ${stat}` === figure && perGpuName(from.metric) === metric,
  );
}

/** A figure of a row, as far as it has it. */
export function figureOf({ figures }: ReportSummary, metric: string, stat: string): number | null {
  return figures.find((one) => one.metric === metric && one.stat === stat)?.value ?? null;
}

/** Which output tok/s the first screen shows: the steady ones, which decide, where every row that has any has them. */
export function tokensFigure(summaries: readonly ReportSummary[]) {
  const usable = summaries.filter((row) => row.figuresAreUsable);
  const have = (metric: string) => usable.filter((row) => figureOf(row, metric, "value") !== null).length;
  const steady = { metric: "output_throughput_steady", title: "steady tok/s" } as const;
  const isSteady = have(steady.metric) > 0 && have(steady.metric) >= have("output_throughput");
  return isSteady ? steady : ({ metric: "output_throughput", title: "tok/s" } as const);
}
