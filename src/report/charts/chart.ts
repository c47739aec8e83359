import type { Json } from "../../schema/json.ts";
import type { Relation } from "../relations/relation.ts";

/**
 * A chart's specification in Vega-Lite, as `reports/<kind>/<name>.vl.json` holds it. `data: { "name": … }` names relations of the
 * report, or a query beside it; `title` and `description` are the words for people; `usermeta.columns` says how many columns of
 * the page it takes: a chart is 400 units wide, and one of several columns is a row of such panels (`hconcat` at the top).
 */
export type ChartSpec = { [member: string]: Json };

/** Values for parameters of a specification (`params`), by name: a limit, the names that are shown, what an axis is called. */
export type ChartParams = Readonly<Record<string, Json>>;

/** A chart of a report: what it draws, and what it shows, in a sentence with a figure. */
export interface Chart {
  name: string;
  title: string;
  /** For those who cannot see it. */
  description: string;
  /** Plain text; empty where no rule finds one. */
  finding: string;
  /** SIMULATED, STAND-IN, IMPORTED; empty where all was measured. */
  origins: readonly string[];
  /** Columns of the page: 1 to 4. */
  columns: number;
  /** What its marks stand for; the table below it. */
  relation: Relation;
  spec: ChartSpec;
  params: ChartParams;
  /** Every relation that the specification names, by name. */
  data: Readonly<Record<string, Relation>>;
  /** As SVG without a title, for the page: one for each panel of a row of them, which a narrow page stacks; empty before it is drawn. */
  svg: string[];
}

/** What a chart of ours shows of a study: its relation, which is empty where the study has nothing to show in it, and the sentence above it. */
export interface ChartRows {
  relation: Relation;
  finding: string;
  /** What the specification draws beside it, by their names, and no table shows: labels, limits, a front. */
  beside?: readonly Relation[];
  params?: ChartParams;
}

/** What its table shows of a chart's relation: without the column of decisions where none was made, which only gives marks their colours. */
export function tableOf(relation: Relation): Relation {
  const at = relation.columns.findIndex(({ key }) => key === "decision");
  const isDecided = relation.rows.some((row) => row[at]?.value !== "" && row[at]?.value !== "BASELINE");
  if (at < 0 || isDecided) return relation;
  const { name, columns, rows } = relation;
  return { name, columns: columns.toSpliced(at, 1), rows: rows.map((row) => row.toSpliced(at, 1)) };
}

/** Names of the data that a specification draws, the first one first; its table is that of the first. */
export function dataNamesOf(spec: Json): string[] {
  if (Array.isArray(spec)) return [...new Set(spec.flatMap(dataNamesOf))];
  if (typeof spec !== "object" || spec === null) return [];
  const { data, ...others } = spec;
  const own = typeof data === "object" && data !== null && "name" in data ? data["name"] : null;
  return [...new Set([...(typeof own === "string" ? [own] : []), ...Object.values(others).flatMap(dataNamesOf)])];
}
