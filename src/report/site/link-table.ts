import { cellText, columnTitle, isRight } from "../cell-text.ts";
import type { ColumnOf } from "../relations/relation.ts";
import { escapeHtml } from "../writers/html/escape.ts";
import { classAttribute } from "../writers/html/tags.ts";

/** A column whose cells lead somewhere. */
export interface LinkColumn<Item> extends ColumnOf<Item> {
  /** An address, escaped as addresses are; null where a cell leads nowhere. */
  href?: (item: Item) => string | null;
}

/** What a row has for a script and for an address. */
export interface RowMarks {
  id?: string;
  /** `data-<name>`: what the filters choose by. */
  data?: Readonly<Record<string, string>>;
}

/** A table of items as HTML, in a region of its own that scrolls; its first column is the row's head. */
export function linkTable<Item>(
  label: string,
  items: readonly Item[],
  columns: readonly LinkColumn<Item>[],
  marksOf: (item: Item) => RowMarks = () => ({}),
): string {
  const heads = columns.map(
    (column) => `<th scope="col"${isRight(column) ? ' class="n"' : ""}>${escapeHtml(columnTitle(column))}</th>`,
  );
  const rows = items.map((item) => {
    const { id, data = {} } = marksOf(item);
    const marks = Object.entries(data).map(([name, value]) => ` data-${name}="${escapeHtml(value)}"`);
    const cells = columns.map((column, at) => cellHtml(column, item, at === 0));
    return `<tr${id === undefined ? "" : ` id="${escapeHtml(id)}"`}${marks.join("")}>${cells.join("")}</tr>`;
  });
  return (
    `<div class="scroll" role="group" tabindex="0" aria-label="${escapeHtml(label)}"><table class="data"><thead><tr>${heads.join("")}</tr></thead>` +
    `<tbody>${rows.join("\n")}</tbody></table></div>`
  );
}

function cellHtml<Item>(column: LinkColumn<Item>, item: Item, isFirst: boolean): string {
  const shown = column.of(item);
  const cell = typeof shown === "object" && shown !== null && "value" in shown ? shown : { value: shown };
  const said = `${cellText(column, cell as { value: never })}${"note" in cell ? (cell.note ?? "") : ""}`;
  const href = column.href?.(item) ?? null;
  const text = escapeHtml(said);
  const linked = href === null || said === "" ? text : `<a href="${escapeHtml(href)}">${text}</a>`;
  const isLong = column.kind === "text" && said.length > 60;
  const attribute = classAttribute([
    ...(isRight(column) ? ["n"] : []),
    ...(isLong ? ["wrap"] : []),
    ...(column.kind === "code" ? ["id"] : []),
  ]);
  return isFirst ? `<th scope="row"${attribute}>${linked}</th>` : `<td${attribute}>${linked}</td>`;
}
