import type { Forest, ForestRow } from "../../forest.ts";
import type { RatioAxis } from "./axis.ts";
import { shortened } from "../../charts/labels.ts";
import { escapeHtml } from "./escape.ts";
import { hueOf } from "./marks.ts";
import { axisHead, percent } from "./strip.ts";

/** Px of a change, and of a name beside it. */
const [ROW, LABEL] = [3, 13];
/** Characters of a name. */
const LONGEST = 28;
/** The drawing's width in its own units, which stretch to the page's. */
const WIDE = 1000;

/** All changes by their effect, three px each, on the axis of the tables; only those that are named have their name. */
export function caterpillar(forest: Forest, axis: RatioAxis, named: readonly ForestRow[]): string {
  const rows = forest.rows
    .filter(({ own, why }) => own !== null && why === null)
    .toSorted((left, right) => right.own!.ratio - left.own!.ratio);
  const high = rows.length * ROW + LABEL;
  const x = (ratio: number): string => ((axis.at(ratio).place * WIDE) / 100).toFixed(0);
  const y = (at: number): number => at * ROW + LABEL / 2;
  const paths = [...Map.groupBy(rows.entries(), ([, { outcome }]) => hueOf(outcome))].map(([hue, own]) => {
    const lines = own.flatMap(([at, { own: effect }]) =>
      effect!.interval === null ? [] : `M${x(effect!.interval.lower)} ${y(at)}H${x(effect!.interval.upper)}`,
    );
    const dots = own.map(([at, { own: effect }]) => `M${x(effect!.ratio)} ${y(at)}h0`);
    return `<path class="s-${hue} thin" d="${lines.join("")}"/><path class="s-${hue} dot" d="${dots.join("")}"/>`;
  });
  let free = -Infinity;
  const labels = named
    .flatMap((row) => (rows.includes(row) ? [{ row, at: rows.indexOf(row) }] : []))
    .toSorted((left, right) => left.at - right.at)
    .map(({ row, at }) => {
      const top = Math.max(y(at), free);
      free = top + LABEL;
      // Beside all intervals that lie as high as the name.
      const beside = rows.filter((_, other) => Math.abs(y(other) - top) <= LABEL / 2);
      const ends = [row, ...beside].map(({ own }) => own!.interval ?? { lower: own!.ratio, upper: own!.ratio });
      const left = Math.min(...ends.map(({ lower }) => axis.at(lower).place));
      const right = Math.max(...ends.map(({ upper }) => axis.at(upper).place));
      const side = right < 70 ? `x="${percent(right)}" dx="6"` : `x="${percent(left)}" dx="-6" text-anchor="end"`;
      return `<text class="ax label" ${side} y="${top.toFixed(0)}" dy="4">${escapeHtml(shortened(row.name, LONGEST))}</text>`;
    });
  const title = `Δ ${escapeHtml(forest.metric ?? "the figure that decides")}, % on a log scale, ${forest.lowerIsBetter ? "← better" : "better →"}`;
  return `<div class="axis">${axisHead(axis, title)}</div>
<svg class="caterpillar" role="img" aria-label="All ${rows.length} changes with a result by their effect, with their 95 % intervals" style="height:${Math.max(high, free).toFixed(0)}px"><use href="#bg"/><svg viewBox="0 0 ${WIDE} ${high}" preserveAspectRatio="none" width="100%" height="${high}">${paths.join("")}</svg>${labels.join("")}</svg>`;
}
