import type { Json } from "../../schema/json.ts";
import type { Document } from "../document.ts";
import { relationOfRows, type Relation } from "../relations/relation.ts";
import { csvTable } from "./csv.ts";
import { jsonRows, jsonTable } from "./json.ts";
import { markdownDocument, markdownTable } from "./markdown.ts";
import { terminalDocument, terminalTable } from "./terminal.ts";

/** Relations in each format; each writer escapes for itself. `table` is for people at a terminal. */
const relationWriters = {
  table: terminalTable,
  json: jsonTable,
  csv: csvTable,
  markdown: markdownTable,
} satisfies Record<string, (relation: Relation) => string>;

export { csvTable, markdownDocument };

/** Documents in each format. */
const documentWriters = {
  table: terminalDocument,
  markdown: (document) => markdownDocument(document),
} satisfies Partial<Record<RowFormat, (document: Document) => string>>;

export type RowFormat = keyof typeof relationWriters;

/** Rows of which nothing is known but the names of their columns, as text that ends with a newline. */
export function formatRows(titles: readonly string[], rows: readonly Json[][], format: RowFormat): string {
  return relationWriters[format](relationOfRows("rows", titles, rows));
}

/** A document as text that ends with a newline. */
export function writeDocument(document: Document, format: keyof typeof documentWriters): string {
  return documentWriters[format](document);
}

/** Every relation of a report by its name, as one JSON text that ends with a newline: full precision. */
export function tablesJson(tables: Readonly<Record<string, Relation>>): string {
  const named = Object.entries(tables).map(([name, relation]) => [name, jsonRows(relation)]);
  return `${JSON.stringify(Object.fromEntries(named), null, 1)}\n`;
}
