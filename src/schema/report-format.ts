/** The formats of a report: what `ceteris report --format` takes, and what it makes. */
export const reportFormats = {
  md: "the report as markdown",
  html: "one page with the answer, every change and all tables: no request, no script",
  latex: "a folder with each table for booktabs and siunitx, each chart as PDF, and a document that takes them in",
  svg: "a folder with each chart, its title and where its numbers come from",
  csv: "a folder with a file for each table, full precision",
  json: "every table in one file, full precision",
} as const;

export type ReportFormat = keyof typeof reportFormats;

export function isReportFormat(word: string): word is ReportFormat {
  return Object.hasOwn(reportFormats, word);
}
