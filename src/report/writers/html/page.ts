import type { Answer } from "../../answer.ts";
import type { Document } from "../../document.ts";
import type { Forest } from "../../forest.ts";
import type { Tile } from "../../tiles.ts";
import { typeset } from "../../numbers.ts";
import type { Chart } from "../../charts/chart.ts";
import { htmlDocument, htmlFigure, type ShownChanges } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { htmlFrame } from "./head.ts";
import { changesHtml, shownChanges } from "./changes.ts";
import { originBadges, originTag } from "./tags.ts";

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

/** Of a tile's width beside its figure. */
const BAR_PERCENT = 88;

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
  const badges = originBadges(origins);
  const tag = originTag(origins);
  const origin =
    badges === ""
      ? ""
      : `<p class="origin">${badges}${originNote === null ? "" : `<span>${escapeHtml(originNote)}</span>`}</p>`;
  const changes = changesHtml(forest, tag);
  const shown = shownChanges(forest);
  const tilesHtml = leadHtml(lead, shown, `<dl class="tiles">\n${tiles.map(tileHtml).join("\n")}\n</dl>`);
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
${htmlDocument(rest, shown)}
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
function leadHtml(lead: Chart | null, shown: ShownChanges, tiles: string): string {
  if (lead === null) return tiles;
  return `<div class="lead${lead.columns > 1 ? " wide" : ""}">\n${htmlFigure(lead, shown, 2)}\n${tiles}\n</div>`;
}

function answerHtml(main: string): string {
  return words.reduce(
    (text, [word, name]) => text.replaceAll(word, (said) => `<span class="w ${name}">${said}</span>`),
    escapeHtml(typeset(main)),
  );
}

function tileHtml({ title, figure, of, bar, note }: Tile): string {
  const drawn = bar === null ? "" : barHtml(bar);
  return `<div class="tile"><dt>${escapeHtml(title)}</dt><dd class="fig">${escapeHtml(typeset(figure))} <small>${escapeHtml(of)}</small></dd><dd>${drawn}</dd><dd class="note">${escapeHtml(typeset(note))}</dd></div>`;
}

/** A figure as a bar, and its limit as a tick with its name on the side that has room; in per cent of the width, so that no text is scaled. */
function barHtml({ value, limit, said }: NonNullable<Tile["bar"]>): string {
  const label = limit < 1 ? `dx="4"` : `dx="-4" text-anchor="end"`;
  return `<svg aria-hidden="true"><text class="ax" x="${placeOf(limit)}" y="10" ${label}>${escapeHtml(typeset(said))}</text><line x2="${placeOf(1)}" y1="19" y2="19" class="tick"/><rect y="16" width="${placeOf(value)}" height="6" class="f-ink2"/><line x1="${placeOf(limit)}" x2="${placeOf(limit)}" y1="1" y2="27" class="limit" style="stroke-dasharray:none"/></svg>`;
}

function placeOf(share: number): string {
  return `${(BAR_PERCENT * share).toFixed(1)}%`;
}
