import { percentText } from "../../../math/figures.ts";
import { signed, typeset } from "../../numbers.ts";
import type { Contrasted, Forest, ForestRow } from "../../forest.ts";
import type { RatioAxis } from "./axis.ts";
import { byOutcome, hueOf } from "./marks.ts";

/** Where a row is drawn, in px from its top: the contrast that decided, and the stack so far; null where that is not drawn. */
export interface StripLines {
  own: number;
  soFar: number | null;
}

const HALF_TICK = 3.5;

/** What the marks mean. */
export function keyOf({ margin }: Forest, hasSoFar: boolean): string {
  const band = `<span><svg aria-hidden="true" viewBox="0 0 18 12"><rect class="band" width="18" height="12"/></svg>too small to matter (±${percentText(margin)})</span>`;
  const solid = `<span><svg aria-hidden="true" viewBox="0 0 18 12"><line class="iv s-ink" x1="1" x2="17" y1="6" y2="6"/><circle class="f-ink" cx="9" cy="6" r="4"/></svg>each ${hasSoFar ? "step against the one before it" : "change against its baseline"}, with its 95 % interval</span>`;
  const diamond = hasSoFar
    ? `<span><svg aria-hidden="true" viewBox="-9 -6 18 12"><path class="second" d="M0-4L4 0 0 4-4 0z"/></svg>the stack so far, against the baseline</span>`
    : "";
  return `${solid}${diamond}${band}`;
}

/** The decisions of several changes with their counts; without the script that shows changes by them, they are hidden. */
export function filterOf({ rows }: Forest): string {
  const groups = byOutcome(rows.filter(({ outcome }) => outcome !== "BASELINE"));
  if (groups.length < 2) return "";
  const chips = groups.map(
    ([outcome, own]) => `<button type="button" value="${outcome}">${outcome} ${own.length}</button>`,
  );
  return `<span class="filter" role="group" aria-label="Show changes by decision" hidden>${chips.join("")}</span>`;
}

/** Drawn once, and used by every row: the band, the ticks, the line at 0. */
export function background({ ticks, band }: RatioAxis): string {
  const lines = ticks.map(
    ({ change, place }) =>
      `<line class="${change === 0 ? "zero" : "grid"}" x1="${percent(place)}" x2="${percent(place)}" y1="0" y2="100%"/>`,
  );
  return `<g id="bg"><rect class="band" x="${percent(band.from)}" width="${percent(band.to - band.from)}" y="0" height="100%"/>${lines.join("")}</g>`;
}

/** Ticks and title, above all strips. */
export function axisHead({ ticks }: RatioAxis, title: string): string {
  const labels = ticks.map(
    ({ change, place }) =>
      `<text class="ax" x="${percent(place)}" y="27" text-anchor="middle">${typeset(signed(change, 0))}</text>`,
  );
  return `<svg aria-hidden="true"><text class="ax" x="100%" y="11" text-anchor="end">${title}</text>${labels.join("")}</svg>`;
}

/** The contrast that decided, and the stack so far. */
export function strip(row: ForestRow, axis: RatioAxis, lines: StripLines): string {
  const hue = hueOf(row.outcome);
  const own =
    row.own === null
      ? ""
      : `${interval(row.own, axis, lines.own, `iv s-${hue}`, true)}${marker(row, axis, hue, lines.own)}`;
  if (row.soFar === null || lines.soFar === null) return own;
  const { place } = axis.at(row.soFar.ratio);
  return `${own}${interval(row.soFar, axis, lines.soFar, "s2", false)}<svg x="${percent(place)}" y="${lines.soFar}" overflow="visible"><path class="second" d="M0-4L4 0 0 4-4 0z"/></svg>`;
}

function marker({ own, isConfounded }: ForestRow, axis: RatioAxis, hue: string, y: number): string {
  if (own === null) return "";
  const { place, beyond } = axis.at(own.ratio);
  const x = percent(place);
  if (beyond !== null) {
    const head = beyond === "high" ? "M-4-4l7 4-7 4z" : "M4-4l-7 4 7 4z";
    return `<svg x="${x}" y="${y}" overflow="visible"><path class="f-${hue}" d="${head}"/></svg>`;
  }
  if (own.interval === null) return `<line class="iv s-${hue}" x1="${x}" x2="${x}" y1="${y - 4.5}" y2="${y + 4.5}"/>`;
  return `<circle class="${isConfounded ? "hollow-ink" : `f-${hue}`}" cx="${x}" cy="${y}" r="4.6"/>`;
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

/** A place on the axis as a length of SVG. */
export function percent(place: number): string {
  return `${place.toFixed(2)}%`;
}
