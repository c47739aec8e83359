import { writeDocument, type ReportInput } from "../../src/report/index.ts";
import { renderDocument, reportData } from "../../src/report/pages.ts";
import { reportKind } from "./report-kind.ts";

const study = await reportKind();

/** The page of a study as markdown, by the template that comes with ceteris; its figures as they are typed: `-3.4 %`. */
export function renderedReport(input: ReportInput): string {
  const document = renderDocument(reportData(input), study);
  if (!document.ok) throw new Error(document.problem.message);
  return writeDocument(document.value, "markdown").replaceAll("\u2212", "-").replaceAll("\u202F", " ");
}
