import markdownIt from "markdown-it";
import { columnTitle, isRight, shownColumns, typesetCell } from "../../cell-text.ts";
import type { Chart } from "../../charts/chart.ts";
import type { Block, Document } from "../../document.ts";
import type { Cell, Column, Relation } from "../../relations/relation.ts";
import { typesetProse } from "../../markdown.ts";
import { fixed, typeset } from "../../numbers.ts";
import { escapeCode, escapeHtml } from "./escape.ts";
import { classAttribute, originTag } from "./tags.ts";

/** CommonMark without HTML: what a text of the data holds is never markup. Links stay texts, since a page asks for nothing. */
const commonMark = markdownIt({ html: false, linkify: false, typographer: false }).disable([
  "image",
  "link",
  "autolink",
]);

/** Of what very many changes did a page shows those that its answer names; null where it shows all. */
export type ShownChanges = ReadonlySet<string> | null;

/** Rows of a table above which it has only those of the shown changes. */
const MOST_ROWS = 200;
/** Columns that `reports/page.css` can set right by a class of their table, which is shorter than one of each cell. */
const MOST_COLUMNS = 24;

/** A document as HTML, from the level of heading that the page gives it. */
export function htmlDocument({ blocks }: Document, shown: ShownChanges = null): string {
  const parts: string[] = [];
  let figures: string[] = [];
  // Charts that follow each other share a grid.
  for (const block of [...blocks, null]) {
    if (block?.type === "chart") {
      figures.push(htmlFigure(block.chart, shown));
      continue;
    }
    if (figures.length > 0) parts.push(`<div class="figs">\n${figures.join("\n")}\n</div>`);
    figures = [];
    if (block !== null) parts.push(htmlBlock(block, shown));
  }
  return parts.join("\n");
}

/** A chart with its title as a heading of a level, its sentence, and its table in a fold. */
export function htmlFigure(
  { name, title, description, finding, origins, columns, relation, svg }: Chart,
  shown: ShownChanges = null,
  level = 3,
): string {
  const id = `c-${name.replaceAll("_", "-")}`;
  const tag = originTag(origins);
  const wide = columns > 1 ? ` class="w${columns}"` : "";
  const said = finding === "" ? "" : `<p class="finding">${escapeHtml(typeset(finding))}</p>`;
  // The page scales a chart to its column.
  const panels = svg.map((panel, at) =>
    panel.replace(/^<svg([^>]*?) class="marks" width="[\d.]+" height="[\d.]+"/, (_, rest: string) => {
      const part = svg.length > 1 ? ` Panel ${at + 1} of ${svg.length}.` : "";
      return `<svg${rest} class="chart" role="img" aria-label="${escapeHtml(`${description}${part}`)}"`;
    }),
  );
  const drawing = panels.length > 1 ? `<div class="panels">${panels.join("")}</div>` : panels.join("");
  return (
    `<figure id="${id}"${wide} aria-labelledby="${id}-t"><h${level} id="${id}-t">${escapeHtml(title)}${tag}</h${level}>${said}${drawing}` +
    `<details><summary>Table: ${escapeHtml(inSentence(title))}</summary>${htmlTable(relation, shown)}</details></figure>`
  );
}

/** A title within a sentence: an acronym at its beginning stays one. */
function inSentence(title: string): string {
  return /^.\p{Lu}/u.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}

function htmlBlock(block: Exclude<Block, { type: "chart" }>, shown: ShownChanges): string {
  switch (block.type) {
    case "heading": {
      const level = Math.min(6, Math.max(2, block.level));
      return `<h${level} id="${idOf(block.text)}">${inline(block.text)}</h${level}>`;
    }
    case "prose":
      return `<div class="prose">${commonMark.render(decoded(typesetProse(block.text)))}</div>`;
    case "table":
      return htmlTable(block.relation, shown);
    case "code":
      return `<pre tabindex="0"><code>${escapeCode(block.text)}</code></pre>`;
    case "details":
      return `<details${block.isOpen === true ? " open" : ""}><summary>${inline(block.summary)}</summary>\n${htmlDocument(block, shown)}\n</details>`;
  }
}

/** A relation as a table that scrolls by itself, so that the page never does: a group, since a page has dozens and no landmark may be one of many. */
export function htmlTable(relation: Relation, shown: ShownChanges = null): string {
  const { name } = relation;
  const rows = shownRows(relation, shown);
  const columns = shownColumns(relation);
  const heads = columns.map((column) => {
    const title = escapeHtml(columnTitle(column));
    const attribute = isRight(column) ? ' class="n"' : column.kind === "glyphs" ? ' class="glyphs"' : "";
    return title === "" ? "<td></td>" : `<th scope="col"${attribute}>${title}</th>`;
  });
  const lines = rows.map(
    (row) => `<tr>${columns.map((column, at) => htmlCell(column, row[at] ?? { value: null }, at)).join("")}</tr>`,
  );
  const label = escapeHtml(name.replaceAll("_", " "));
  const rights = columns.flatMap((column, at) => (isRight(column) && at < MOST_COLUMNS ? ` r${at + 1}` : []));
  const note =
    rows.length === relation.rows.length
      ? ""
      : `<p class="more">${fixed(rows.length, 0)} of ${fixed(relation.rows.length, 0)} rows: those of the changes that the answer names. <code>--format csv</code> writes all of them to <code>${escapeHtml(name)}.csv</code>.</p>`;
  return (
    `${note}<div class="scroll" role="group" tabindex="0" aria-label="${label}"><table class="data${rights.join("")}"><thead><tr>${heads.join("")}</tr></thead>` +
    `<tbody>${lines.join("\n")}</tbody></table></div>`
  );
}

/** All rows; of a long table those whose first cell names a shown change, and the first ones where none does. */
function shownRows({ rows }: Relation, shown: ShownChanges): readonly Cell[][] {
  if (shown === null || rows.length <= MOST_ROWS) return rows;
  const named = rows.filter(([first]) => typeof first?.value === "string" && shown.has(first.value));
  return named.length > 0 ? named : rows.slice(0, MOST_ROWS);
}

function htmlCell(column: Column, cell: Cell, at: number): string {
  const said = escapeHtml(typesetCell(column, cell));
  if (column.kind === "glyphs") return `<td class="glyphs">${htmlGlyphs(said)}</td>`;
  const marked = column.kind === "code" && cell.isText !== true && said !== "" ? `<code>${said}</code>` : said;
  const strong = cell.strong === true ? `<b>${marked}</b>` : marked;
  const isLong = !isRight(column) && said.length > 60;
  const classes = [...(isRight(column) && at >= MOST_COLUMNS ? ["n"] : []), ...(isLong ? ["wrap"] : [])];
  const attribute = classAttribute(classes);
  const text = `${strong}${escapeHtml(cell.note ?? "")}`;
  return at === 0 ? `<th scope="row"${attribute}>${text}</th>` : `<td${attribute}>${text}</td>`;
}

const glyphWords: Readonly<Record<string, string>> = {
  "✓": "passed",
  "✗": "failed",
  "?": "unknown",
  "·": "not checked",
};

/** Signs of trials, those that failed marked, and for those who cannot see them how many there are of each. */
function htmlGlyphs(said: string): string {
  const marked = said.replaceAll("✗", '<b class="no">✗</b>').replaceAll("?", '<b class="un">?</b>');
  const signs = Array.from(said);
  if (!signs.every((sign) => sign in glyphWords)) return marked;
  const counts = [...Map.groupBy(signs, (sign) => sign)].map(([sign, all]) => `${all.length} ${glyphWords[sign]}`);
  return `<span aria-hidden="true">${marked}</span><span class="vh">${counts.join(", ")}</span>`;
}

function inline(text: string): string {
  return commonMark.renderInline(decoded(text));
}

/** The template's escape of `<` is an entity; the parser escapes for itself, and would show an entity that stands in code. */
function decoded(text: string): string {
  return text.replaceAll("&lt;", "<");
}

function idOf(text: string): string {
  const id = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return `s-${id}`;
}
