import { readFileSync } from "node:fs";
import { renderDocument, reportData, writeDocument, type ReportInput } from "../../src/report/index.ts";

/** The page of a study as markdown, by the template that comes with ceteris. */
export function renderedReport(input: ReportInput): string {
  const document = renderDocument(reportData(input), readFileSync("reports/study/report.md.hbs", "utf8"));
  if (!document.ok) throw new Error(document.problem.message);
  return writeDocument(document.value, "markdown");
}
