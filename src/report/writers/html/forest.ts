import type { Contrasted, Forest, ForestRow } from "../../forest.ts";
import { ratioAxis, type RatioAxis } from "./axis.ts";
import { escapeHtml } from "./escape.ts";
import { changeDecimals, fixed, percentChange, percentInterval, pText, signed, typeset } from "../../numbers.ts";
import { hueOf, iconOf } from "./marks.ts";

/** Heights of a row's two lines and of a row without a result, in px. */
const [LINE_1, LINE_2, MIDDLE] = [12.5, 27.5, 13.5];
const HALF_TICK = 3.5;

/** The forest table: the interval of each change beside its words and figures, on one axis. */
export function forestTable(forest: Forest, origin: string): string {
  const axis = ratioAxis(forest);
  const decimals = changeDecimals(
    forest.rows.flatMap(({ own, soFar }) => [own?.interval ?? null, soFar?.interval ?? null]),
  );
  const hasSoFar = forest.rows.some(({ soFar }) => soFar !== null);
  const metric = escapeHtml(forest.metric ?? "the figure that decides");
  const better = forest.lowerIsBetter ? "← better" : "better →";
  const rows = forest.rows.map((row) => forestRow(row, axis, decimals));
  return `<div class="key">${keyOf(forest, hasSoFar)}${origin}</div>
<table class="forest" role="table" aria-label="Every change">
<colgroup><col class="c-name"><col class="c-dec"><col class="c-axis"><col class="c-tps"><col class="c-delta"><col class="c-p"><col class="c-g"><col class="c-acc"><col class="c-t"></colgroup>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Change</th><th scope="col" role="columnheader">Decision</th><th scope="col" role="columnheader" class="fcell"><span class="vh">Δ ${metric}, drawn</span>${axisHead(axis, `Δ ${metric}, %, ${better}`)}</th><th scope="col" role="columnheader" class="n tps">tok/s</th><th scope="col" role="columnheader" class="n delta">Δ ${metric}<br>and 95 % interval</th><th scope="col" role="columnheader" class="n p">p${forest.correction === null ? "" : `<br>${escapeHtml(forest.correction.replace(/ over .*/, ""))}`}</th><th scope="col" role="columnheader" class="g">Guardrails</th><th scope="col" role="columnheader" class="n a">Accuracy</th><th scope="col" role="columnheader" class="n t">Usable<br>trials</th></tr></thead>
<tbody role="rowgroup">
${rows.join("\n")}
</tbody></table>
<svg class="vh" aria-hidden="true" width="0" height="0"><defs>${background(axis)}</defs></svg>`;
}

function keyOf({ margin }: Forest, hasSoFar: boolean): string {
  const band = `<span><svg aria-hidden="true" viewBox="0 0 18 12"><rect class="band" width="18" height="12"/></svg>too small to matter (±${(100 * margin).toFixed(Number.isInteger(100 * margin) ? 0 : 1)} %)</span>`;
  const solid = `<span><svg aria-hidden="true" viewBox="0 0 18 12"><line class="iv s-ink" x1="1" x2="17" y1="6" y2="6"/><circle class="f-ink" cx="9" cy="6" r="4"/></svg>the contrast that decided, with its 95 % interval</span>`;
  const diamond = hasSoFar
    ? `<span><svg aria-hidden="true" viewBox="-9 -6 18 12"><path class="second" d="M0-4L4 0 0 4-4 0z"/></svg>the stack so far, against the baseline</span>`
    : "";
  return `${solid}${diamond}${band}`;
}

/** Drawn once, and used by every row: the band, the ticks, the line at 0. */
function background({ ticks, band }: RatioAxis): string {
  const lines = ticks.map(
    ({ change, place }) =>
      `<line class="${change === 0 ? "zero" : "grid"}" x1="${percent(place)}" x2="${percent(place)}" y1="0" y2="100%"/>`,
  );
  return `<g id="bg"><rect class="band" x="${percent(band.from)}" width="${percent(band.to - band.from)}" y="0" height="100%"/>${lines.join("")}</g>`;
}

function axisHead({ ticks }: RatioAxis, title: string): string {
  const labels = ticks.map(
    ({ change, place }) =>
      `<text class="ax" x="${percent(place)}" y="27" text-anchor="middle">${typeset(signed(change, 0))}</text>`,
  );
  return `<svg aria-hidden="true"><text class="ax" x="100%" y="11" text-anchor="end">${title}</text>${labels.join("")}</svg>`;
}

function forestRow(row: ForestRow, axis: RatioAxis, decimals: number): string {
  const name = escapeHtml(row.name);
  const changed = escapeHtml(row.changed);
  const id = `row-${row.name.replaceAll(/[^A-Za-z0-9_.-]+/g, "-")}`;
  const decision = `${iconOf(row.outcome)}<span class="word">${row.outcome}</span>`;
  if (row.outcome === "BASELINE") {
    return `<tr class="base" role="row" id="${id}" data-s="${name}"><th scope="row" role="rowheader"><span class="name">${name}</span></th><td role="cell" class="d">${decision}</td><td role="cell" class="fcell"><svg aria-hidden="true"><use href="#bg"/><rect class="f-base" x="calc(${percent(axis.at(1).place)} - 4.5px)" y="${MIDDLE - 4.5}" width="9" height="9"/></svg></td><td role="cell" class="n tps">${tokens(row)}</td><td role="cell" class="delta"></td><td role="cell" class="p"></td><td role="cell" class="g"></td><td role="cell" class="n a">${escapeHtml(row.accuracy)}</td><td role="cell" class="n t"><span class="l1">${row.trials}</span></td></tr>`;
  }
  if (row.why !== null || row.own === null) {
    return `<tr class="none" role="row" id="${id}" data-s="${name}"><th scope="row" role="rowheader"><span class="name"><s>${name}</s></span><span class="l2 inline">${changed}</span></th><td role="cell" class="d">${decision}</td><td role="cell" class="why" colspan="6">${escapeHtml(row.why ?? row.word)}</td><td role="cell" class="n t"><span class="l1">${row.trials}</span></td></tr>`;
  }
  const figures = (one: Contrasted): string => {
    const bounds = typeset(percentInterval(one.interval, decimals));
    return `<span${one === row.own ? ' class="big"' : ""}>${typeset(percentChange(one.ratio, decimals))}</span> <span>${bounds}</span>`;
  };
  const soFar = (one: Contrasted): string =>
    `<span class="l2"><span class="so"><svg aria-hidden="true" viewBox="-5 -5 10 10"><path class="second" d="M0-4L4 0 0 4-4 0z"/></svg><span class="vh">stack so far </span></span>${figures(one)}</span>`;
  const { kept, open, broken } = row.guardrails;
  const rails =
    kept + open + broken.length === 0
      ? ""
      : broken.length > 0
        ? `<b class="bad">✗ ${escapeHtml(broken.join(", "))}</b>`
        : kept > 0
          ? `✓ ${kept} kept`
          : "";
  return `<tr role="row" id="${id}" data-s="${name}"><th scope="row" role="rowheader"><span class="l1 name">${name}</span><span class="l2" title="${changed}">${changed}</span></th><td role="cell" class="d"><span class="l1">${decision}</span><span class="l2">${escapeHtml(row.word)}</span></td><td role="cell" class="fcell"><svg aria-hidden="true"><use href="#bg"/>${strip(row, axis)}</svg></td><td role="cell" class="n tps">${tokens(row)}</td><td role="cell" class="n delta"><span class="l1"><span></span>${figures(row.own)}</span>${row.soFar === null ? "" : soFar(row.soFar)}</td><td role="cell" class="n p">${escapeHtml(pText(row.p))}</td><td role="cell" class="g"><span class="l1">${rails}</span><span class="l2">${open === 0 ? "" : `${open} open`}</span></td><td role="cell" class="n a"><span class="l1">${escapeHtml(row.accuracy)}</span></td><td role="cell" class="n t"><span class="l1">${row.trials}</span></td></tr>`;
}

function tokens({ tokensPerS }: ForestRow): string {
  return fixed(tokensPerS, 0);
}

/** Line 1: the contrast that decided. Line 2: the stack so far. */
function strip(row: ForestRow, axis: RatioAxis): string {
  const hue = hueOf(row.outcome);
  const own =
    row.own === null ? "" : `${interval(row.own, axis, LINE_1, `iv s-${hue}`, true)}${marker(row, axis, hue)}`;
  if (row.soFar === null) return own;
  const { place } = axis.at(row.soFar.ratio);
  return `${own}${interval(row.soFar, axis, LINE_2, "s2", false)}<svg x="${percent(place)}" y="${LINE_2}" overflow="visible"><path class="second" d="M0-4L4 0 0 4-4 0z"/></svg>`;
}

function marker({ own, isConfounded }: ForestRow, axis: RatioAxis, hue: string): string {
  if (own === null) return "";
  const { place, beyond } = axis.at(own.ratio);
  const x = percent(place);
  if (beyond !== null) {
    const head = beyond === "high" ? "M-4-4l7 4-7 4z" : "M4-4l-7 4 7 4z";
    return `<svg x="${x}" y="${LINE_1}" overflow="visible"><path class="f-${hue}" d="${head}"/></svg>`;
  }
  if (own.interval === null)
    return `<line class="iv s-${hue}" x1="${x}" x2="${x}" y1="${LINE_1 - 4.5}" y2="${LINE_1 + 4.5}"/>`;
  return `<circle class="${isConfounded ? "hollow-ink" : `f-${hue}`}" cx="${x}" cy="${LINE_1}" r="4.6"/>`;
}

function interval(
  { interval: bounds }: Contrasted,
  axis: RatioAxis,
  y: number,
  name: string,
  hasEnds: boolean,
): string {
  if (bounds === null) return "";
  const [low, high] = [axis.at(bounds.lower), axis.at(bounds.upper)];
  const end = ({ place, beyond }: { place: number; beyond: string | null }): string =>
    hasEnds && beyond === null
      ? `<line class="${name}" x1="${percent(place)}" x2="${percent(place)}" y1="${y - HALF_TICK}" y2="${y + HALF_TICK}"/>`
      : "";
  return `<line class="${name}" x1="${percent(low.place)}" x2="${percent(high.place)}" y1="${y}" y2="${y}"/>${end(low)}${end(high)}`;
}

function percent(place: number): string {
  return `${place.toFixed(2)}%`;
}
