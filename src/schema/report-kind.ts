/** The kinds of report: what `ceteris report --kind` takes, each a folder of `reports/`. */
export const reportKinds = {
  study: "what each change did, and what may ship",
  curve: "one configuration as the load grows: its knee, and up to which load the SLO holds",
  duel: "two sides in alternating rounds: who won, and by how much",
  peak: "the highest rate that held, and what broke above it",
  bench: "what workloads got from one endpoint or configuration, with no change to judge",
  accuracy: "which changes keep the gates, answer by answer",
  checklist: "whether the benchmark can be trusted: each line yes, no or not measured",
} as const;

export type ReportKind = keyof typeof reportKinds;

export const reportKindNames = Object.keys(reportKinds) as ReportKind[];

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
