import type { ReportData } from "../../report-data.ts";
import type { Cell, ColumnKind, Relation } from "../../relations/relation.ts";

/** How a table is to be read, in sentences below it: what follows from its columns, and the footnotes of the results. */
export function latexNotes(relation: Relation, { facts }: ReportData): string[] {
  const { name, columns, rows } = relation;
  const has = (kind: ColumnKind): boolean => columns.some((column) => column.kind === kind);
  const hasCell = (kind: ColumnKind, of: (cell: Cell) => boolean): boolean =>
    columns.some((column, at) => column.kind === kind && rows.some((row) => row[at] !== undefined && of(row[at])));
  const said = [
    facts.origin.tags.join(", "),
    has("change") ? "Δ is the ratio of geometric means less one" : "",
    has("interval") ? "intervals are of 95 %, each of its effect alone" : "",
    has("p") ? "p is corrected over its family" : "",
    hasCell("change", ({ strong }) => strong === true) ? "bold: corrected p below 0.05" : "",
    hasCell("number", ({ bracketed }) => bracketed === true) ? "in brackets: from trials that are INVALID" : "",
  ].filter((part) => part !== "");
  return [
    ...(said.length === 0 ? [] : [`${said.join("; ")}.`]),
    ...(name === "results" ? facts.results.footnotes.map((one) => `${one.mark} ${one.experiment} ${one.text}`) : []),
  ];
}
