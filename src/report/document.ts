import type { Chart } from "./charts/chart.ts";
import type { Relation } from "./relations/relation.ts";

/** A part of a document. Headings, summaries and prose are CommonMark, in which the text of others is escaped; tables and code are as they are. Details may be open on a page. */
export type Block =
  | { type: "heading"; level: number; text: string }
  | { type: "prose"; text: string }
  | { type: "table"; relation: Relation }
  | { type: "chart"; chart: Chart }
  | { type: "code"; language: string; text: string }
  | { type: "details"; summary: string; isOpen?: boolean; blocks: Block[] };

/** What every writer of documents takes. */
export interface Document {
  blocks: Block[];
}
