import { columnTitle, isRight, paddedLines, shownColumns, typesetCell } from "../cell-text.ts";
import type { Chart } from "../charts/chart.ts";
import type { Block, Document } from "../document.ts";
import { codeBlock, codeSpan, escapeMarkdown, typesetProse } from "../markdown.ts";
import { typeset } from "../numbers.ts";
import type { Cell, Column, Relation } from "../relations/relation.ts";

/** A document as markdown that ends with a newline; where its charts are files, with links to them in the folder `pictures`. */
export function markdownDocument({ blocks }: Document, pictures: string | null = null): string {
  return `${blocks.map((block) => markdownBlock(block, pictures)).join("\n\n")}\n`;
}

function markdownBlock(block: Block, pictures: string | null): string {
  switch (block.type) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`;
    case "prose":
      return typesetProse(block.text);
    case "table":
      return markdownTable(block.relation).trimEnd();
    case "chart":
      return markdownChart(block.chart, pictures);
    case "code":
      return codeBlock(block.text, block.language);
    case "details":
      return `<details>\n<summary>${block.summary}</summary>\n\n${markdownDocument(block, pictures)}\n</details>`;
  }
}

/** What a chart shows: its sentence, its picture where that is a file beside the document, and its table. */
function markdownChart(
  { name, title, description, finding, relation, origins }: Chart,
  pictures: string | null,
): string {
  const tag = origins.length === 0 ? "" : ` (${origins.join(", ")})`;
  const path = [pictures ?? "", `${name}.svg`].map(encodeURIComponent).join("/");
  const parts = [
    `### ${escapeMarkdown(title)}${tag}`,
    ...(finding === "" ? [] : [escapeMarkdown(typeset(finding))]),
    ...(pictures === null ? [] : [`![${escapeMarkdown(description === "" ? title : description)}](${path})`]),
    `<details>\n<summary>Table: ${escapeMarkdown(title)}${tag}</summary>\n\n${markdownTable(relation)}\n</details>`,
  ];
  return parts.join("\n\n");
}

/** A relation as a table of markdown, its cells padded so that it is readable before it is rendered. */
export function markdownTable(relation: Relation): string {
  const { rows } = relation;
  const columns = shownColumns(relation);
  const titles = columns.map((column) => escapeMarkdown(columnTitle(column)));
  const body = rows.map((row) => columns.map((column, at) => markdownCell(column, row[at] ?? { value: null })));
  const { widths, padded } = paddedLines(columns, [titles, ...body], 3);
  const rule = columns.map((column, at) => `${"-".repeat((widths[at] ?? 3) - 1)}${isRight(column) ? ":" : "-"}`);
  const [title = [], ...cells] = padded;
  return [title, rule, ...cells].map((line) => `| ${line.join(" | ")} |\n`).join("");
}

function markdownCell(column: Column, cell: Cell): string {
  const said = typesetCell(column, cell);
  const isCode = column.kind === "code" && cell.isText !== true;
  // What our own formatter made of a number needs no escape: an interval's brackets are no link.
  const isOurs = typeof cell.value !== "string" && isRight(column);
  const marked = isCode ? codeSpan(said) : isOurs ? said : escapeMarkdown(said);
  return `${cell.strong === true ? `**${marked}**` : marked}${escapeMarkdown(cell.note ?? "")}`;
}
