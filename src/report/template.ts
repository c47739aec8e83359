import Handlebars from "handlebars";
import { countText } from "../math/figures.ts";
import { asText, type Json } from "../schema/json.ts";
import { fail, messageOf, type Result, succeed } from "../schema/result.ts";
import { dataNamesOf, tableOf, type Chart, type ChartSpec } from "./charts/chart.ts";
import type { Block, Document } from "./document.ts";
import { codeSpan, escapeMarkdown } from "./markdown.ts";
import { fixed, percentChange, plain, signed } from "./numbers.ts";
import type { Relation } from "./relations/relation.ts";
import type { ReportData } from "./report-data.ts";

/** A text of the data. Handlebars asks it for what it writes (`toHTML`): CommonMark, in which it is no markup. */
class DataText {
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toHTML(): string {
    return escapeMarkdown(this.text);
  }
  toString(): string {
    return this.text;
  }
}

/** What templates may call in sentences, beside Handlebars' own. A text that a helper returns is escaped like any other. */
const helpers: Record<string, (...given: never[]) => unknown> = {
  fixed: (value: number | null, decimals: number) => fixed(value, decimals),
  signed: (value: number | null, decimals: number) => signed(value, decimals),
  plain: (value: number | null) => (value === null ? "" : plain(value)),
  change: (ratio: number | null) => percentChange(ratio),
  code: (value: unknown) => new Handlebars.SafeString(codeSpan(String(value))),
  count: (number: number, noun: string) => countText(number, noun),
  is: (left: unknown, right: unknown) => String(left) === String(right),
  join: (list: readonly unknown[], between: string) => list.map(String).join(between),
};

/** What a kind of report is made of, as its folder and `reports/parts` hold it. */
export interface KindFiles {
  /** `report.md.hbs`: order and prose. */
  template: string;
  /** Templates that it takes in by name: `{{> stack}}`. */
  parts: { readonly [name: string]: string };
  /** Charts by name. */
  charts: { readonly [name: string]: ChartSpec };
}

/**
 * A document from a study's data and the files of a kind: Handlebars over CommonMark, which has the sentences and the order and names
 * the tables. The same data and template give the same document. A template that cannot be read, or that asks for what the
 * data lacks, is a failure.
 */
export function renderDocument(data: ReportData, kind: KindFiles): Result<Document> {
  try {
    return succeed({ blocks: rendered(data, kind) });
  } catch (error) {
    return fail(
      "template-refused",
      `the report's template: ${messageOf(error)}`,
      "Mend it after the file of the same name that comes with ceteris; a section of its own needs only a file reports/parts/NAME.sql, and a chart NAME.vl.json.",
    );
  }
}

function rendered({ tables, queries, charts, facts }: ReportData, kind: KindFiles): Block[] {
  // A table or code stands in the text as a line of its own that no text of the data can hold, and is never read back from text.
  const placed: Block[] = [];
  const place = (block: Block): Handlebars.SafeString =>
    new Handlebars.SafeString(`${mark}${placed.push(block) - 1}${mark}`);
  const findRelation = (name: string): Relation | undefined =>
    tables[name] ?? queries.find((one) => one.relation.name === name)?.relation;
  const relationOf = (asked: string | Relation): Relation => {
    if (typeof asked !== "string") return asked;
    const relation = findRelation(asked);
    if (relation !== undefined) return relation;
    throw new Error(`there is no table ${asked}; there are ${Object.keys(tables).join(", ")}`);
  };
  const chartOf = (name: string): Chart => {
    const spec = kind.charts[name];
    if (spec === undefined) {
      throw new Error(`there is no chart ${name}; there are ${Object.keys(kind.charts).join(", ") || "none"}`);
    }
    const ours = charts[name];
    const own = ours === undefined ? [] : [ours.relation, ...(ours.beside ?? [])];
    const data = dataNamesOf(spec).map(
      (one) => [one, own.find((relation) => relation.name === one) ?? relationOf(one)] as const,
    );
    const [first] = data;
    if (first === undefined) throw new Error(`${name}.vl.json names no data: { "data": { "name": "results" } }`);
    return {
      name,
      title: asText(spec["title"]) || name,
      description: asText(spec["description"]) ?? "",
      finding: ours?.finding ?? "",
      origins: facts.origin.tags,
      columns: columnsOf(spec["usermeta"]),
      relation: tableOf(ours?.relation ?? first[1]),
      spec,
      params: ours?.params ?? {},
      data: Object.fromEntries(data),
      svg: [],
    };
  };
  const handlebars = Handlebars.create();
  for (const [name, part] of Object.entries(kind.parts)) handlebars.registerPartial(name, part);
  for (const [name, helper] of Object.entries(helpers)) {
    handlebars.registerHelper(name, (...given: unknown[]) => marked(helper(...(given as never[]))));
  }
  // Of a wide table `only="a b"` and `without="a b"` show some columns, by their keys.
  handlebars.registerHelper("table", (asked: string | Relation, { hash }: Handlebars.HelperOptions) =>
    place({ type: "table", relation: columnsAsked(relationOf(asked), hash as ColumnsAsked) }),
  );
  // A chart of which there is nothing to show takes no place.
  handlebars.registerHelper("chart", (name: string | DataText) => {
    const chart = chartOf(String(name));
    return chart.relation.rows.length === 0 ? "" : place({ type: "chart", chart });
  });
  // Of a query that a template of the user's may lack.
  handlebars.registerHelper("has", (name: string) => (findRelation(name)?.rows.length ?? 0) > 0);
  handlebars.registerHelper("rows", (asked: string | Relation) => relationOf(asked).rows.length);
  handlebars.registerHelper("codeBlock", (text: DataText, language: string) =>
    place({ type: "code", text: String(text), language }),
  );
  // A query that a chart draws is shown by the chart, and one that a template places stands there.
  const drawn = new Set(Object.values(kind.charts).flatMap((spec) => dataNamesOf(spec)));
  const texts = [kind.template, ...Object.values(kind.parts)];
  for (const [, name = ""] of texts.flatMap((one) => [...one.matchAll(/\{\{table "([^"]+)"/g)])) drawn.add(name);
  const withRows = Object.keys(kind.charts).filter((name) => chartOf(name).relation.rows.length > 0);
  const order = Object.keys(charts);
  const placeOf = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const sections = queries
    .filter(({ relation }) => !drawn.has(relation.name))
    .map(({ title, relation }) => ({ title: marked(title), relation }));
  const render = handlebars.compile(kind.template, { strict: true });
  return blocksOf(
    render(
      Object.assign(marked(facts) as object, {
        queries: sections,
        charts: withRows.toSorted((left, right) => placeOf(left) - placeOf(right)),
      }),
    ),
    placed,
  );
}

interface ColumnsAsked {
  only?: string;
  without?: string;
}

function columnsAsked(relation: Relation, { only, without = "" }: ColumnsAsked): Relation {
  const asked = [only ?? "", without].flatMap((list) => list.split(" ").filter((key) => key !== ""));
  const unknown = asked.find((key) => !relation.columns.some((column) => column.key === key));
  if (unknown !== undefined) throw new Error(`the table ${relation.name} has no column ${unknown}`);
  const keep = relation.columns.map(
    ({ key }) => (only === undefined || only.split(" ").includes(key)) && !without.split(" ").includes(key),
  );
  return {
    ...relation,
    columns: relation.columns.filter((_, at) => keep[at]),
    rows: relation.rows.map((row) => row.filter((_, at) => keep[at])),
  };
}

function columnsOf(meta: Json | undefined): number {
  const asked = typeof meta === "object" && meta !== null && "columns" in meta ? meta["columns"] : 1;
  return typeof asked === "number" ? Math.min(4, Math.max(1, Math.round(asked))) : 1;
}

/** A control character, which the escape of a text removes. */
const mark = "\u0001";

/** What a fact that is not there is said to be missing in. */
const named = Object.create(null, { toString: { value: () => "the data" } }) as object;

/** The data with each text as one that escapes itself; empty ones stay false. */
function marked(value: unknown): unknown {
  if (typeof value === "string") return value === "" ? value : new DataText(value);
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== "object" || value === null || value instanceof Handlebars.SafeString) return value;
  const members = Object.entries(value).map(([name, member]) => [name, marked(member)] as const);
  return Object.assign(Object.create(named) as object, Object.fromEntries(members));
}

/** Lines of CommonMark as blocks: headings, folds and what was placed stand alone, everything between them is prose. */
function blocksOf(text: string, placed: readonly Block[]): Block[] {
  const folds: { summary: string; isOpen?: boolean; blocks: Block[] }[] = [{ summary: "", blocks: [] }];
  let lines: string[] = [];
  const add = (...blocks: Block[]): void => {
    const prose = lines
      .join("\n")
      .replaceAll(/[ \t]+$/gm, "")
      .replaceAll(/\n{3,}/g, "\n\n")
      .trim();
    if (prose !== "") folds.at(-1)?.blocks.push({ type: "prose", text: prose });
    folds.at(-1)?.blocks.push(...blocks);
    lines = [];
  };
  let isFenced = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) isFenced = !isFenced;
    if (isFenced) {
      lines.push(line); // code that the template holds is prose, whatever its lines look like
      continue;
    }
    const [, level = "", title = ""] = /^(#{1,6}) (.*)$/.exec(line) ?? [];
    const block = line.startsWith(mark) && line.endsWith(mark) ? placed[Number(line.slice(1, -1))] : undefined;
    const summary = /^<summary>(.*)<\/summary>$/.exec(line)?.[1];
    if (block !== undefined) add(block);
    else if (level !== "") add({ type: "heading", level: level.length, text: title.trim() });
    else if (line === "<details>" || line === "<details open>") {
      add();
      folds.push({ summary: "", ...(line === "<details>" ? {} : { isOpen: true }), blocks: [] });
    } else if (summary !== undefined) Object.assign(folds.at(-1) ?? {}, { summary });
    else if (line === "</details>" && folds.length > 1) {
      add();
      const fold = folds.pop();
      if (fold) add({ type: "details", ...fold });
    } else lines.push(line);
  }
  if (folds.length > 1) throw new Error("a <details> is not closed");
  add();
  return folds[0]?.blocks ?? [];
}
