import { cellText, columnTitle, isRight, shownColumns } from "../../cell-text.ts";
import { saidOf } from "../../../math/figures.ts";
import { typeset } from "../../numbers.ts";
import type { Cell, Column, Relation } from "../../relations/relation.ts";
import { escapeBreakable, escapeLatex } from "./escape.ts";

/** A table of more rows goes over pages. */
const ROWS_OF_A_PAGE = 40;
/** Words of more characters are broken into lines. */
const WIDE_WORDS = 36;
/** A line of the head of numbers. */
const WIDE_HEAD = 14;

/** One column of LaTeX: an interval is two of them. */
interface Part {
  /** Its kind: `l`, `S[…]`. */
  spec: string;
  /** Null where the column before it has the title of both. */
  head: string | null;
  cells: string[];
}

/**
 * A relation as a table of LaTeX that stands alone, for `\input`: booktabs, columns of numbers by siunitx, aligned at the point, units
 * in their heads, notes below. A long one is a `longtable`, others a `threeparttable` that any float may hold.
 */
export function latexTable(relation: Relation, notes: readonly string[]): string {
  const shown = shownColumns(relation);
  const parts = shown.flatMap((column, at) =>
    partsOf(
      column,
      relation.rows.map((row) => row[at] ?? { value: null }),
    ),
  );
  const specs = parts.map(({ spec }) => spec).join("");
  const head = line(parts.flatMap(({ head: title }) => title ?? []));
  const body = relation.rows.map((_, row) => line(parts.map(({ cells }) => cells[row] ?? "")));
  const said = notes.map(escapeLatex);
  const tabular = (environment: string, endOfHead: readonly string[]): string[] => [
    String.raw`\begin{${environment}}{${specs}}`,
    String.raw`\toprule`,
    head,
    String.raw`\midrule`,
    ...endOfHead,
    ...body,
    String.raw`\bottomrule`,
    String.raw`\end{${environment}}`,
  ];
  const lines = isLong(relation)
    ? [
        ...tabular("longtable", [String.raw`\endhead`]),
        ...said.map((note) => String.raw`\par\noindent{\footnotesize ${note}}`),
      ]
    : [
        String.raw`\begin{threeparttable}`,
        ...tabular("tabular", []),
        ...saidOf(
          said.length > 0 && String.raw`\begin{tablenotes}[flushleft]\footnotesize`,
          ...said.map((note) => String.raw`\item ${note}`),
          said.length > 0 && String.raw`\end{tablenotes}`,
        ),
        String.raw`\end{threeparttable}`,
      ];
  return `${[
    "% Needs array, booktabs, longtable, siunitx and threeparttable: see report.tex.",
    String.raw`\begingroup`,
    String.raw`\sisetup{group-separator={,},group-minimum-digits=4,retain-explicit-plus=true,detect-weight=true}`,
    ...lines,
    String.raw`\endgroup`,
  ].join("\n")}\n`;
}

function line(cells: readonly string[]): string {
  return `${cells.join(" & ")} \\\\`;
}

/** True of a table that goes over pages: it is no float. */
export function isLong({ rows }: Relation): boolean {
  return rows.length > ROWS_OF_A_PAGE;
}

function partsOf(column: Column, cells: readonly Cell[]): Part[] {
  if (!isRight(column)) return [wordsPart(column, cells)];
  const said = cells.map((cell) => figuresOf(column, cell));
  const title = stacked(headOf(column));
  const part = (at: 0 | 1, head: string | null): Part => {
    const figures = said.map((one) => one[at] ?? null);
    return { ...numberPart(figures, cells), head };
  };
  return column.kind === "interval"
    ? [part(0, String.raw`\multicolumn{2}{c}{${title}}`), part(1, null)]
    : [part(0, `{${title}}`)];
}

function wordsPart(column: Column, cells: readonly Cell[]): Part {
  const said = cells.map((cell) => cellText(column, cell));
  const isWide = said.some((one, at) => one.length + (cells[at]?.note ?? "").length > WIDE_WORDS);
  return {
    spec: isWide ? String.raw`>{\raggedright\arraybackslash}p{5cm}` : "l",
    head: escapeLatex(columnTitle(column)),
    cells: cells.map((cell, at) => {
      const escape = isWide ? escapeBreakable : escapeLatex;
      const escaped = escape(said[at] ?? "");
      const isCode = column.kind === "code" && cell.isText !== true && escaped !== "";
      const words = isCode ? String.raw`\texttt{${escaped}}` : escaped;
      return `${strong(cell, words)}${escape(cell.note ?? "")}`;
    }),
  };
}

function strong({ strong: isStrong }: Cell, words: string): string {
  return isStrong === true && words !== "" ? String.raw`\textbf{${words}}` : words;
}

/** A number as siunitx reads it, between what stands before and behind it. */
interface Figure {
  before: string;
  sign: string;
  digits: string;
  behind: string;
}

/** What a cell of numbers says, taken apart: the number of one, both ends of an interval; words are no digits. */
function figuresOf(column: Column, cell: Cell): Figure[] {
  const said = cellText(column, cell);
  const all = column.kind === "interval" ? said.split(", ") : [said];
  return all.map((one) => {
    const parts = /^([[(±×]*|[<≤] )([+-]?)(\d[\d,]*(?:\.\d+)?)(.*)$/s.exec(one);
    if (parts === null || typeof cell.value === "string") return { before: one, sign: "", digits: "", behind: "" };
    const [, before = "", sign = "", digits = "", rest = ""] = parts;
    // The unit of the column stands in its head.
    const behind = inHead(column) === "" ? rest : rest.replace(inHead(column), "");
    const comma = column.kind === "interval" && /[[(]/.test(before) ? "," : "";
    return { before, sign, digits: digits.replaceAll(",", ""), behind: `${behind}${comma}${cell.note ?? ""}` };
  });
}

/** What every figure of a column ends with, which LaTeX has in the head. */
function inHead({ kind, suffix = "" }: Column): string {
  return kind === "change" ? " %" : suffix;
}

function headOf(column: Column): string {
  const unit = column.kind === "interval" ? "%" : inHead(column).trim();
  return `${columnTitle(column)}${unit === "" ? "" : ` (${unit})`}`;
}

/** Words of a head in lines, since a column of numbers is narrower than its title. */
function stacked(title: string): string {
  const lines: string[] = [];
  for (const word of title.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDE_HEAD) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const said = lines.map(escapeLatex);
  return said.length < 2 ? said.join("") : String.raw`\shortstack{${said.join(String.raw`\\`)}}`;
}

/** A column of numbers aligned at the point, as wide as the widest of them; of words alone one that is set right. */
function numberPart(figures: readonly (Figure | null)[], cells: readonly Cell[]): Omit<Part, "head"> {
  const numbers = figures.filter((one) => one !== null && one.digits !== "") as Figure[];
  const written = figures.map((one, at) => numberCell(one, cells[at] ?? { value: null }, numbers.length > 0));
  if (numbers.length === 0) return { spec: "r", cells: written };
  const [whole, decimals] = [0, 1].map((part) =>
    Math.max(...numbers.map(({ digits }) => digits.split(".")[part]?.length ?? 0)),
  );
  const sign = numbers.some((one) => one.sign !== "") ? "+" : "";
  const widest = (of: (one: Figure) => string): string =>
    escapeLatex(typeset(numbers.map(of).toSorted((left, right) => right.length - left.length)[0] ?? ""));
  const before = widest((one) => one.before);
  const behind = widest((one) => one.behind);
  const options = saidOf(
    `table-format=${sign}${whole}.${decimals}`,
    before !== "" && `table-space-text-pre={${before}}`,
    behind !== "" && `table-space-text-post={${behind}}`,
  );
  return { spec: `S[${options.join(",")}]`, cells: written };
}

function numberCell(figure: Figure | null, cell: Cell, isAligned: boolean): string {
  if (figure === null) return isAligned ? "{}" : "";
  const { before, sign, digits, behind } = figure;
  if (digits === "") {
    const words = `${strong(cell, escapeLatex(typeset(before)))}${escapeLatex(cell.note ?? "")}`;
    return isAligned ? `{${words}}` : words;
  }
  const bold = cell.strong === true ? String.raw`\bfseries ` : "";
  const rest = escapeLatex(typeset(behind));
  return `${bold}${before === "" ? "" : `{${escapeLatex(before)}}`}${sign}${digits}${rest === "" ? "" : `{${rest}}`}`;
}
