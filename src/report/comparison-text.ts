import { percentText } from "../math/figures.ts";
import type { AcrossEffect, Comparison, GateJudgement, Unlike } from "../schema/comparison.ts";
import { toDisk } from "../schema/disk.ts";
import type { Json } from "../schema/json.ts";
import { formatRows, type RowFormat } from "./format.ts";
import { controlCharacters, escapeMarkdown } from "./markdown.ts";
import { percentChange, percentInterval, plain } from "./numbers.ts";

const writers: Record<RowFormat, (comparison: Comparison, gates: readonly GateJudgement[]) => string> = {
  table: asTable,
  markdown: asMarkdown,
  json: asJson,
  csv: asCsv,
};

/** A comparison as text that ends with a newline: for people with what is not the same above it, for programs whole. */
export function comparisonText(comparison: Comparison, gates: readonly GateJudgement[], format: RowFormat): string {
  return writers[format](comparison, gates);
}

/** What no reader may miss; null where every number was measured. */
function label({ operands }: Comparison): string | null {
  const simulated = operands.filter(({ origins }) => origins.includes("simulated"));
  if (simulated.length === operands.length) return "SIMULATED: every number comes from a simulated engine.";
  if (simulated.length > 0)
    return `SIMULATED: the numbers of ${simulated.map(({ name }) => name).join(", ")} come from a simulated engine.`;
  return operands.some(({ origins }) => origins.includes("imported"))
    ? "IMPORTED: some numbers were measured by others."
    : null;
}

/** Sentences about the sides, in the order in which they are named. */
function notes(comparison: Comparison): string[] {
  const { operands, unlike, effects } = comparison;
  const named = operands.length > 2;
  const lines = unlike.flatMap(({ treatment, purpose, found }) =>
    found.map(
      (one) => `${unlikeText(one)}${named ? ` (${treatment})` : ""}${purpose === "accuracy" ? " (accuracy)" : ""}`,
    ),
  );
  const corrections = new Set(effects.flatMap(({ correction }) => correction ?? []));
  return [
    ...operands.flatMap((operand) => operand.notes),
    ...comparison.notes,
    ...(lines.length > 0 ? lines : ["nothing that is known of engine, workload, data, model and machine differs"]),
    ...(corrections.size === 0
      ? []
      : [
          `change: ratio of geometric means over launches with its 95 % interval (Welch, on logarithms); p by ${[...corrections].join(", ")}`,
        ]),
  ];
}

/** `not the same: dataset digest: 3f… against 9a…`. */
export function unlikeText({ what, control, treatment }: Unlike): string {
  return `not the same: ${what}: ${control} against ${treatment}`;
}

/** What a finding says to people: `the same within 2 %`. */
export function findingText({ finding, equivalence, smallestDetectable }: AcrossEffect): string {
  if (finding === "equivalent") return `the same within ${percentText(equivalence!.margin)}`;
  if (finding === "not told apart") return `not told apart; ${percentText(smallestDetectable!)} would have been seen`;
  return finding ?? "";
}

function cells(effect: AcrossEffect): string[] {
  const { metric, stat, unit, ratio, interval, pAdjusted, why, launches, of } = effect;
  const sides = (["control", "treatment"] as const).map((side) =>
    of[side] > launches[side] ? `${launches[side]} of ${of[side]}` : `${launches[side]}`,
  );
  return [
    stat === "value" ? metric : `${metric} ${stat}`,
    unit,
    figure(effect.controlValue),
    figure(effect.treatmentValue),
    sides.join(" / "),
    ratio === null ? (why ?? "") : `${percentChange(ratio, 1)} ${percentInterval(interval, 1)}`.trimEnd(),
    pAdjusted === null ? "" : pAdjusted < 0.001 ? "≤ 0.001" : pAdjusted.toFixed(3),
    ratio === null ? "" : (why ?? findingText(effect)),
  ];
}

function figure(value: number | null): string {
  return value === null ? "" : plain(value);
}

/** A table for each operand beside the control, since their names are long. */
function tables(comparison: Comparison, format: "table" | "markdown"): { title: string; text: string }[] {
  const [control, ...others] = comparison.operands;
  return others.map(({ name }) => {
    const rows = comparison.effects.filter(({ treatment }) => treatment === name).map(cells);
    const columns = ["metric", "unit", "control", "treatment", "launches", "change", "p", "finding"];
    const text = rows.length === 0 ? "No side has any of the metrics.\n" : formatRows(columns, rows, format);
    return { title: `${name} against ${control?.name ?? ""} (control)`, text };
  });
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(controlCharacters, "");

function asTable(comparison: Comparison): string {
  const mark = label(comparison);
  return [
    ...(mark === null ? [] : [`${mark}\n`]),
    `${notes(comparison).map(oneLine).join("\n")}\n`,
    ...tables(comparison, "table").map(({ title, text }) => `${oneLine(title)}\n\n${text}`),
  ].join("\n");
}

function asMarkdown(comparison: Comparison): string {
  const mark = label(comparison);
  return [
    ...(mark === null ? [] : [`**${escapeMarkdown(mark)}**\n`]),
    `${notes(comparison)
      .map((note) => `- ${escapeMarkdown(note)}`)
      .join("\n")}\n`,
    ...tables(comparison, "markdown").map(({ title, text }) => `## ${escapeMarkdown(title)}\n\n${text}`),
  ].join("\n");
}

function asJson(comparison: Comparison, gates: readonly GateJudgement[]): string {
  const { operands, unlike, effects } = comparison;
  const answer = toDisk({
    label: label(comparison),
    control: operands[0]?.name ?? null,
    operands: operands.map(({ name, study, experiment, origins, performance, accuracy }) => ({
      name,
      study,
      experiment,
      origin: originOf(origins),
      trials: [...performance.trials, ...accuracy.trials].map(({ spec }) => spec.trialId),
      excluded: [...performance.excluded, ...accuracy.excluded],
    })),
    notTheSame: unlike.flatMap(({ treatment, purpose, found }) =>
      found.map((one) => ({ operand: treatment, purpose, ...one })),
    ),
    notes: notes(comparison),
    effects,
    gates,
  });
  return `${JSON.stringify(answer, null, 1)}\n`;
}

function originOf(origins: readonly string[]): string {
  return origins.includes("simulated") ? "SIMULATED" : (origins[0] ?? "nothing usable");
}

/** A row for each metric and operand, in full precision. */
function asCsv(comparison: Comparison): string {
  const { operands, unlike, effects } = comparison;
  const origin = originOf(operands.flatMap(({ origins }) => origins));
  const rows = effects.map((effect) => {
    const differing = unlike.filter(({ treatment }) => treatment === effect.treatment).flatMap(({ found }) => found);
    return [
      origin,
      effect.control,
      effect.treatment,
      effect.metric,
      effect.stat,
      effect.unit,
      effect.controlValue,
      effect.treatmentValue,
      effect.launches.control,
      effect.launches.treatment,
      effect.ratio,
      effect.interval?.lower ?? null,
      effect.interval?.upper ?? null,
      effect.p,
      effect.pAdjusted,
      effect.smallestDetectable,
      effect.equivalence?.p ?? null,
      effect.finding,
      effect.why,
      differing.map(({ what }) => what).join("; "),
    ] satisfies Json[];
  });
  return formatRows(csvColumns, rows, "csv");
}

const csvColumns = [
  "origin",
  "control",
  "treatment",
  "metric",
  "stat",
  "unit",
  "control_value",
  "treatment_value",
  "control_launches",
  "treatment_launches",
  "ratio",
  "lower",
  "upper",
  "p",
  "p_adjusted",
  "smallest_detectable",
  "equivalence_p",
  "finding",
  "why",
  "not_the_same",
];
