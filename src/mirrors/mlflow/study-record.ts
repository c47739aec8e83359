import { percentText } from "../../math/figures.ts";
import type { ChangeOutcome, Conclusion } from "../../schema/analysis.ts";
import type { StudyMeta } from "../mirror.ts";
import { metricPoint, type MetricPoint } from "./batches.ts";
import { distinctNames, fittingValue, limits, searchable } from "./names.ts";
import { entriesOf, labelled, originNote, tagNames, type TrialRecord } from "./trial-record.ts";

/** The study's own run in MLflow's terms; its metrics are what it concludes, and empty where that was not said. */
export type StudyRunRecord = Pick<TrialRecord, "name" | "identity" | "tags" | "metrics">;

/** The study's own run. What was simulated and what was measured under one name are two, and so are studies that began at different times. */
export function studyRecord(study: StudyMeta, conclusion: Conclusion | null = null): StudyRunRecord {
  const { changes = [], answer = null } = conclusion ?? {};
  const note = [
    study.question,
    study.standIn,
    originNote(study.origin),
    answer === null ? null : `**${cell(answer)}**`,
    changes.length === 0 ? null : tableOf(changes),
  ];
  const names = distinctNames(changes.flatMap(({ change }) => [`decision/${change}`]));
  const decisions = Object.fromEntries(
    changes.map(({ change, outcome, because }) => [
      names.get(`decision/${change}`) ?? change,
      `${outcome}: ${because}`,
    ]),
  );
  return {
    name: labelled(study.origin, study.name),
    identity: [
      { key: tagNames.kind, value: "study" },
      { key: tagNames.study, value: searchable(study.name) },
      { key: tagNames.origin, value: study.origin.toUpperCase() },
      ...(study.began === undefined ? [] : [{ key: tagNames.began, value: searchable(study.began) }]),
    ],
    tags: entriesOf({
      "ceteris.stand_in": study.standIn,
      "ceteris.question": study.question || null,
      "ceteris.answer": answer,
      ...decisions,
      [tagNames.note]: note.filter(Boolean).join("\n\n") || null,
      "mlflow.source.name": "ceteris",
      "mlflow.source.type": "LOCAL",
    }).map(({ key, value }) => ({ key, value: fittingValue(value, limits.tag) })),
    metrics: conclusion === null ? [] : changesAsPoints(conclusion),
  };
}

/** Each change in per cent with the ends of its 95 % interval, at the end of the study's last trial. */
function changesAsPoints({ changes, asOf }: Conclusion): MetricPoint[] {
  const timeMs = Date.parse(asOf ?? "");
  if (Number.isNaN(timeMs)) return [];
  const points = changes.flatMap(({ change, ratio, interval }) =>
    [
      { name: `change_percent/${change}`, ratio },
      { name: `change_percent_low/${change}`, ratio: interval?.lower ?? null },
      { name: `change_percent_high/${change}`, ratio: interval?.upper ?? null },
    ].flatMap((one) => (one.ratio === null ? [] : [{ name: one.name, value: 100 * (one.ratio - 1) }])),
  );
  const names = distinctNames(points.map(({ name }) => name));
  return points.map(({ name, value }) => metricPoint(names.get(name) ?? name, value, timeMs));
}

/** For the description, which MLflow shows first, as markdown. */
function tableOf(changes: readonly ChangeOutcome[]): string {
  const lines = changes.map(({ change, outcome, ratio, interval, figure }) => {
    const bounds = interval === null ? "" : ` [${signed(interval.lower)}, ${signed(interval.upper)}]`;
    return `| ${[change, outcome, ratio === null ? "" : `${signed(ratio)}${bounds}`, figure ?? ""].map(cell).join(" | ")} |`;
  });
  return ["| change | decision | Δ and 95 % interval | by |", "|---|---|---|---|", ...lines].join("\n");
}

function signed(ratio: number): string {
  return `${ratio < 1 ? "-" : "+"}${percentText(Math.abs(ratio - 1))}`;
}

/** A text on one line of a table, without markup of its own. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\|*`<]/g, String.raw`\$&`);
}
