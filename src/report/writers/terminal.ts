import { cellText, columnTitle, paddedLines, shownColumns } from "../cell-text.ts";
import type { Block, Document } from "../document.ts";
import { codeLines, onOneLine } from "../plain-text.ts";
import type { Relation } from "../relations/relation.ts";

/** A document as plain lines that end with a newline. */
export function terminalDocument({ blocks }: Document): string {
  return `${blocks.map(terminalBlock).join("\n\n")}\n`;
}

function terminalBlock(block: Block): string {
  switch (block.type) {
    case "heading":
    case "prose":
      return plainText(block.text);
    case "table":
      return terminalTable(block.relation).trimEnd();
    case "chart":
      return terminalTable(block.chart.relation).trimEnd();
    case "code":
      return codeLines(block.text).trimEnd();
    case "details":
      return `${plainText(block.summary)}\n\n${terminalDocument(block).trimEnd()}`;
  }
}

/** A relation as columns of text: one line a row, and no control character reaches the terminal. */
export function terminalTable(relation: Relation): string {
  const { rows } = relation;
  const columns = shownColumns(relation);
  const titles = columns.map((column) => onOneLine(columnTitle(column)));
  const cells = rows.map((row) =>
    columns.map((column, at) => {
      const cell = row[at] ?? { value: null };
      return onOneLine(`${cellText(column, cell)}${cell.note ?? ""}`);
    }),
  );
  const { widths, padded } = paddedLines(columns, [titles, ...cells]);
  const [title = [], ...body] = padded;
  const rule = widths.map((wide) => "-".repeat(wide));
  return [title, rule, ...body].map((line) => `${line.join("  ").trimEnd()}\n`).join("");
}

/** CommonMark without its marks: emphasis, code and bullets are gone, and what was escaped is itself again. */
function plainText(markdown: string): string {
  const signs: Record<string, string> = { "&lt;": "<", "&amp;": "&" };
  return markdown.replaceAll(
    /\\([!-/:-@[-`{-~])|&lt;|&amp;|\*\*|`|^- /gm,
    (mark, escaped: string | undefined) => escaped ?? signs[mark] ?? "",
  );
}
