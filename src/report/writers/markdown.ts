import { columnTitle, isRight, paddedLines, shownColumns, typesetCell } from "../cell-text.ts";
import type { Chart } from "../charts/chart.ts";
import type { Block, Document } from "../document.ts";
import { codeBlock, codeSpan, escapeMarkdown, typesetProse } from "../markdown.ts";
import { typeset } from "../numbers.ts";
import type { Cell, Column, Relation } from "../relations/relation.ts";

/** A document as markdown that ends with a newline. */
export function markdownDocument({ blocks }: Document): string {
  return `${blocks.map(markdownBlock).join("\n\n")}\n`;
}

function markdownBlock(block: Block): string {
  switch (block.type) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`;
    case "prose":
      return typesetProse(block.text);
    case "table":
      return markdownTable(block.relation).trimEnd();
    case "chart":
      return markdownChart(block.chart);
    case "code":
      return codeBlock(block.text, block.language);
    case "details":
      return `<details>\n<summary>${block.summary}</summary>\n\n${markdownDocument(block)}\n</details>`;
  }
}

/** What a chart shows, in its sentence and its table; the picture is a file beside the document where charts are written. */
function markdownChart({ title, finding, relation, origins }: Chart): string {
  const tag = origins.length === 0 ? "" : ` (${origins.join(", ")})`;
  const said = finding === "" ? "" : `\n\n${escapeMarkdown(typeset(finding))}`;
  const summary = `Table: ${escapeMarkdown(title)}${tag}`;
  return `### ${escapeMarkdown(title)}${tag}${said}\n\n<details>\n<summary>${summary}</summary>\n\n${markdownTable(relation)}\n</details>`;
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
