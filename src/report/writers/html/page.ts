import type { Answer } from "../../answer.ts";
import type { Document } from "../../document.ts";
import type { Forest } from "../../forest.ts";
import type { Tile } from "../../tiles.ts";
import { typeset } from "../../numbers.ts";
import type { Chart } from "../../charts/chart.ts";
import { htmlDocument, htmlFigure } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { htmlFrame } from "./head.ts";
import { changesHtml } from "./changes.ts";

/** What a page shows before everything else. */
export interface FirstScreen {
  title: string;
  question: string;
  /** SIMULATED, STAND-IN, IMPORTED; empty where all was measured. */
  origins: string[];
  /** Why the origin is what it is, in a sentence; null where it needs none. */
  originNote: string | null;
  /** Model, engine, hardware, fidelity, date, study: one line. */
  context: string[];
  answer: Answer;
  /** The chart that stands above the tiles; null where none does, and without effect where the document lacks it. */
  lead: string | null;
  forest: Forest;
  tiles: Tile[];
}

/** Decisions as words of the answer, with the class of their hue. */
const words: readonly [RegExp, string][] = [
  [/\bShip\b/g, "ship-t"],
  [/\bReject\b/g, "reject-t"],
  [/\b(?:No clear winner|Weigh)\b/g, "trade-t"],
];

/** What all pages have: `reports/page.css` and `reports/page.js`. */
export interface PageFiles {
  css: string;
  script: string;
}

/**
 * One file: no request, no script needed, for screens from 400 pixels on and for paper. Its own script runs, by its hash, and no
 * other. The same input gives the same bytes.
 */
export function htmlPage(first: FirstScreen, document: Document, { css, script: code }: PageFiles): string {
  const { title, question, origins, originNote, context, answer, forest, tiles } = first;
  const { lead, rest } = withLead(withoutTitle(document), first.lead);
  const badges = origins.map((origin) => `<span class="badge">${escapeHtml(origin)}</span>`).join("");
  const tag = origins.length === 0 ? "" : `<span class="tag">${escapeHtml(origins.join(", "))}</span>`;
  const origin =
    badges === ""
      ? ""
      : `<p class="origin">${badges}${originNote === null ? "" : `<span>${escapeHtml(originNote)}</span>`}</p>`;
  const changes = changesHtml(forest, tag);
  const tilesHtml = leadHtml(lead, `<dl class="tiles">\n${tiles.map(tileHtml).join("\n")}\n</dl>`);
  const frame = htmlFrame(`${title}: ${answer.main}`, css, [code]);
  return `${frame.head}
<body>
<div class="page">
<header>
${origin}
<h1>${escapeHtml(question === "" ? title : question)}</h1>
<p class="context">${context.map((part) => `<span>${escapeHtml(part)}</span>`).join("")}</p>
</header>
<main>
<section aria-label="Answer">
<p class="answer">${answerHtml(answer.main)}</p>
${answer.because.map((sentence) => `<p class="because">${escapeHtml(typeset(sentence))}</p>`).join("\n")}
</section>
<section aria-label="Every change">
${(changes.isLong ? [tilesHtml, changes.html] : [changes.html, tilesHtml]).join("\n")}
</section>
<section aria-label="The whole report">
${htmlDocument(rest)}
</section>
</main>
</div>
${frame.scripts}
</body>
</html>
`;
}

/** The document from its first section on: title, question and answer stand above it. */
function withoutTitle({ blocks }: Document): Document {
  const first = blocks.findIndex((block) => block.type === "heading" && block.level > 1);
  return { blocks: blocks.slice(Math.max(0, first)) };
}

/** The chart that the first screen shows, and the document without it. */
function withLead({ blocks }: Document, name: string | null): { lead: Chart | null; rest: Document } {
  const found = blocks.find((block) => block.type === "chart" && block.chart.name === name);
  if (found?.type !== "chart") return { lead: null, rest: { blocks } };
  const rest = blocks.filter((block) => block !== found);
  // A section of which nothing is left needs no heading.
  const isEmpty = (at: number): boolean =>
    rest[at]?.type === "heading" && (rest[at + 1] ?? { type: "heading" }).type === "heading";
  const place = blocks.indexOf(found) - 1;
  return { lead: found.chart, rest: { blocks: isEmpty(place) ? rest.toSpliced(place, 1) : rest } };
}

/** The chart beside the tiles where it is narrow, else above them. */
function leadHtml(lead: Chart | null, tiles: string): string {
  if (lead === null) return tiles;
  return `<div class="lead${lead.columns > 1 ? " wide" : ""}">\n${htmlFigure(lead)}\n${tiles}\n</div>`;
}

function answerHtml(main: string): string {
  return words.reduce(
    (text, [word, name]) => text.replaceAll(word, (said) => `<span class="w ${name}">${said}</span>`),
    escapeHtml(typeset(main)),
  );
}

function tileHtml({ title, figure, of, bar, note }: Tile): string {
  const drawn =
    bar === null
      ? ""
      : `<svg viewBox="0 0 182 24" preserveAspectRatio="xMinYMid meet" aria-hidden="true"><line x1="2" x2="160" y1="12" y2="12" class="tick"/><rect x="2" y="9" width="${(158 * bar.value).toFixed(1)}" height="6" class="f-ink2"/><line x1="${(2 + 158 * bar.limit).toFixed(1)}" x2="${(2 + 158 * bar.limit).toFixed(1)}" y1="3" y2="21" class="limit" style="stroke-dasharray:none"/></svg>`;
  return `<div class="tile"><dt>${escapeHtml(title)}</dt><dd class="fig">${escapeHtml(typeset(figure))} <small>${escapeHtml(of)}</small></dd><dd>${drawn}</dd><dd class="note">${escapeHtml(typeset(note))}</dd></div>`;
}
