import type { Chart } from "../../charts/chart.ts";
import { everyTable, titleOf, type ReportData } from "../../report-data.ts";
import { latexDocument } from "./document.ts";
import { latexNotes } from "./notes.ts";
import { latexTable } from "./table.ts";

/**
 * A report for LaTeX: every table that has rows as `tables/<name>.tex`, and `report.tex`, which takes them in with the figures
 * `figures/<name>.pdf`. The same data give the same bytes.
 */
export function latexFiles(data: ReportData, charts: readonly Chart[]): [file: string, text: string][] {
  const relations = everyTable(data).filter(({ rows }) => rows.length > 0);
  const { study, answer, origin } = data.facts;
  const report = latexDocument({
    title: study.question === "" ? study.name : study.question,
    origins: origin.tags,
    paragraphs: [answer.main, ...answer.because],
    tables: relations.map((relation) => ({ title: titleOf(relation.name), relation })),
    figures: charts,
  });
  return [
    ["report.tex", report],
    ...relations.map((one): [string, string] => [`tables/${one.name}.tex`, latexTable(one, latexNotes(one, data))]),
  ];
}
