import { pFigure, percentText, saidOf } from "../math/figures.ts";
import type { AcrossEffect, Comparison, ComparisonReport, GateJudgement, Unlike } from "../schema/comparison.ts";
import { toDisk } from "../schema/disk.ts";
import type { Block, Document } from "./document.ts";
import { escapeMarkdown } from "./markdown.ts";
import { percentChange, percentInterval } from "./numbers.ts";
import { paretoRelation } from "./relations/pareto.ts";
import { number, relationOf, text, withOrigin, type Relation } from "./relations/relation.ts";
import { csvTable } from "./writers/csv.ts";
import { jsonRows } from "./writers/json.ts";
import { writeDocument, type RowFormat } from "./writers/index.ts";

/** A comparison as text that ends with a newline: for people with what is not the same above it, for programs whole. */
export function comparisonText(
  comparison: Comparison,
  gates: readonly GateJudgement[],
  format: RowFormat,
  report: ComparisonReport = "effects",
): string {
  switch (format) {
    case "json":
      return asJson(comparison, gates, report);
    case "csv":
      return csvTable(
        report === "pareto"
          ? withOrigin(paretoRelation(comparison), originText(comparison))
          : effectsRelation(comparison),
      );
    case "table":
    case "markdown":
      return writeDocument(comparisonDocument(comparison, report), format);
  }
}

/** A table for each operand beside the control, since their names are long. */
function comparisonDocument(comparison: Comparison, report: ComparisonReport): Document {
  const mark = label(comparison);
  return {
    blocks: [
      ...(mark === null ? [] : [{ type: "prose", text: `**${escapeMarkdown(mark)}**` } as const]),
      { type: "prose", text: notesText(comparison) },
      ...(report === "pareto" ? paretoBlocks(comparison) : []),
      ...effectsBlocks(comparison, againstControl),
    ],
  };
}

/** Which sides are on the Pareto front. */
export function paretoBlocks(comparison: Comparison): Block[] {
  return [
    { type: "heading", level: 2, text: "Pareto front" },
    { type: "table", relation: paretoRelation(comparison) },
  ];
}

/** What is not the same on the sides, and how they are compared, as a list. */
export function notesText(comparison: Comparison): string {
  return notes(comparison)
    .map((note) => `- ${escapeMarkdown(note)}`)
    .join("\n");
}

/** A table for each operand beside the control. */
export function effectsBlocks(
  { operands, effects }: Comparison,
  tableOf: (effects: readonly AcrossEffect[]) => Relation,
): Block[] {
  const [control, ...others] = operands;
  return others.flatMap(({ name }): Block[] => {
    const relation = tableOf(effects.filter(({ treatment }) => treatment === name));
    return [
      { type: "heading", level: 2, text: escapeMarkdown(`${name} against ${control?.name ?? ""} (control)`) },
      relation.rows.length === 0
        ? { type: "prose", text: "No side has any of the metrics." }
        : { type: "table", relation },
    ];
  });
}

/** What no reader may miss; null where every number was measured. */
export function label({ operands }: Comparison): string | null {
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
  return saidOf(
    ...operands.flatMap((operand) => operand.notes),
    ...comparison.notes,
    ...(lines.length > 0 ? lines : ["no known difference in engine, workload, data, model or machine"]),
    corrections.size > 0 &&
      `change: ratio of geometric means over launches with its 95 % interval (Welch, on logarithms); p by ${[...corrections].join(", ")}`,
  );
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

/** The effects of one operand, as people read them. */
function againstControl(effects: readonly AcrossEffect[]): Relation {
  return relationOf("comparison", effects, [
    text("metric", "metric", ({ metric, stat }) => (stat === "value" ? metric : `${metric} ${stat}`)),
    text("unit", "unit", ({ unit }) => unit),
    number("control_value", "control", ({ controlValue }) => controlValue, { grouped: true, missing: "" }),
    number("treatment_value", "treatment", ({ treatmentValue }) => treatmentValue, { grouped: true, missing: "" }),
    text("launches", "launches", ({ launches, of }) =>
      (["control", "treatment"] as const)
        .map((side) => (of[side] > launches[side] ? `${launches[side]} of ${of[side]}` : `${launches[side]}`))
        .join(" / "),
    ),
    text("change", "change", ({ ratio, interval, why }) =>
      ratio === null ? (why ?? "") : `${percentChange(ratio, 1)} ${percentInterval(interval, 1)}`.trimEnd(),
    ),
    text("p", "p", ({ pAdjusted }) => (pAdjusted === null ? "" : pFigure(pAdjusted))),
    text("finding", "finding", (effect) => (effect.ratio === null ? "" : (effect.why ?? findingText(effect)))),
  ]);
}

function asJson(comparison: Comparison, gates: readonly GateJudgement[], report: ComparisonReport): string {
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
    ...(report === "pareto" ? { pareto: jsonRows(paretoRelation(comparison)) } : {}),
  });
  return `${JSON.stringify(answer, null, 1)}\n`;
}

function originText({ operands }: Comparison): string {
  return originOf(operands.flatMap(({ origins }) => origins));
}

function originOf(origins: readonly string[]): string {
  return origins.includes("simulated") ? "SIMULATED" : (origins[0] ?? "nothing usable");
}

/** A row for each metric and operand, in full precision. */
function effectsRelation(comparison: Comparison): Relation {
  const { unlike, effects } = comparison;
  const origin = originText(comparison);
  const notTheSame = ({ treatment }: AcrossEffect): string =>
    unlike
      .flatMap((one) => (one.treatment === treatment ? one.found : []))
      .map(({ what }) => what)
      .join("; ");
  const columns: [key: string, of: (effect: AcrossEffect) => string | number | null][] = [
    ["origin", () => origin],
    ["control", ({ control }) => control],
    ["treatment", ({ treatment }) => treatment],
    ["metric", ({ metric }) => metric],
    ["stat", ({ stat }) => stat],
    ["unit", ({ unit }) => unit],
    ["control_value", ({ controlValue }) => controlValue],
    ["treatment_value", ({ treatmentValue }) => treatmentValue],
    ["control_launches", ({ launches }) => launches.control],
    ["treatment_launches", ({ launches }) => launches.treatment],
    ["ratio", ({ ratio }) => ratio],
    ["lower", ({ interval }) => interval?.lower ?? null],
    ["upper", ({ interval }) => interval?.upper ?? null],
    ["p", ({ p }) => p],
    ["p_adjusted", ({ pAdjusted }) => pAdjusted],
    ["smallest_detectable", ({ smallestDetectable }) => smallestDetectable],
    ["equivalence_p", ({ equivalence }) => equivalence?.p ?? null],
    ["finding", ({ finding }) => finding],
    ["why", ({ why }) => why],
    ["not_the_same", notTheSame],
  ];
  return relationOf(
    "effects",
    effects,
    columns.map(([key, of]) => text(key, key, of)),
  );
}
