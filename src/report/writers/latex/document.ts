import type { Relation } from "../../relations/relation.ts";
import { escapeLatex } from "./escape.ts";
import { isLong } from "./table.ts";

/** What a document of LaTeX takes in. */
export interface LatexParts {
  title: string;
  /** SIMULATED, STAND-IN, IMPORTED; empty where all was measured. */
  origins: readonly string[];
  /** What the study says, in paragraphs. */
  paragraphs: readonly string[];
  /** By the names of their files in `tables/`. */
  tables: readonly { title: string; relation: Relation }[];
  /** By the names of their files in `figures/`. */
  figures: readonly { name: string; title: string; finding: string }[];
}

/** `report.tex`: the least that takes in every table and figure, for pdfLaTeX. */
export function latexDocument({ title, origins, paragraphs, tables, figures }: LatexParts): string {
  const tag = origins.length === 0 ? "" : ` (${origins.join(", ")})`;
  return `${[
    String.raw`\documentclass[9pt,a4paper]{extarticle}`,
    String.raw`\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}`,
    String.raw`\usepackage[a4paper,landscape,margin=15mm]{geometry}`,
    String.raw`\usepackage{array,booktabs,longtable,threeparttable,siunitx,graphicx}`,
    String.raw`\usepackage[export]{adjustbox}`,
    String.raw`\newcommand{\ceterisfigure}[1]{\IfFileExists{figures/#1.pdf}{\includegraphics[max width=\linewidth,max height=.8\textheight]{figures/#1.pdf}}{\fbox{\texttt{figures/\detokenize{#1}.svg} is to be made a PDF}}}`,
    String.raw`\setlength{\tabcolsep}{4pt}`,
    String.raw`\sloppy`,
    String.raw`\title{${escapeLatex(`${title}${tag}`)}}`,
    String.raw`\author{}`,
    String.raw`\date{}`,
    String.raw`\begin{document}`,
    String.raw`\maketitle`,
    ...paragraphs.map((text) => `${escapeLatex(text)}\n`),
    ...tables.flatMap((table) => tableOf(table, tag)),
    ...figures.flatMap((figure) => figureOf(figure, tag)),
    String.raw`\end{document}`,
  ].join("\n")}\n`;
}

function tableOf({ title, relation }: LatexParts["tables"][number], tag: string): string[] {
  const input = String.raw`\input{tables/${relation.name}.tex}`;
  const caption = escapeLatex(`${title}${tag}`);
  if (isLong(relation)) {
    return [String.raw`\clearpage\section*{${caption}}`, String.raw`{\scriptsize`, input, String.raw`\par}`];
  }
  return [
    String.raw`\begin{table}[p]`,
    String.raw`\centering`,
    String.raw`\caption{${caption}}`,
    String.raw`\begin{adjustbox}{max width=\linewidth,max totalheight=.85\textheight}`,
    input,
    String.raw`\end{adjustbox}`,
    String.raw`\end{table}`,
  ];
}

function figureOf({ name, title, finding }: LatexParts["figures"][number], tag: string): string[] {
  const said = `${title}${tag}${finding === "" ? "" : `: ${finding}`}`;
  return [
    String.raw`\begin{figure}[p]`,
    String.raw`\centering`,
    String.raw`\ceterisfigure{${name}}`,
    String.raw`\caption{${escapeLatex(said)}}`,
    String.raw`\end{figure}`,
  ];
}
