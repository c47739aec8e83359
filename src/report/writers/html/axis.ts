import { scaleLinear } from "d3-scale";
import type { Forest } from "../../forest.ts";

/** A log-ratio axis: places in per cent of its width. */
export interface RatioAxis {
  /** The place of a ratio, and whether it lies beyond an end, where it is drawn as an arrowhead. */
  at(ratio: number): { place: number; beyond: "low" | "high" | null };
  /** Ticks as changes in per cent. */
  ticks: { change: number; place: number }[];
  /** The band of the smallest effect of interest. */
  band: { from: number; to: number };
}

/** Ends of the drawing, in per cent of the width. */
const [LEFT, RIGHT] = [3, 97];
/** Changes at which a tick may stand, in per cent. */
const steps = [-90, -75, -50, -30, -20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20, 30, 50, 100, 200, 400, 900];
/** The least distance of two ticks, in per cent of the width: about 24 px of 340. */
const APART = 7;
/** Of the interval ends that the axis covers. */
const COVERED = 0.95;

/** The axis of a forest: the middle 95 % of its interval ends, always 0 and twice the smallest effect of interest. */
export function ratioAxis({ rows, margin }: Pick<Forest, "rows" | "margin">): RatioAxis {
  const ends = rows
    .flatMap(({ own, soFar }) => [own, soFar])
    .flatMap((one) =>
      one === null ? [] : one.interval === null ? [one.ratio] : [one.interval.lower, one.interval.upper],
    )
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
    .map(Math.log)
    .toSorted((left, right) => left - right);
  const cut = Math.floor((ends.length * (1 - COVERED)) / 2);
  const wide = 2 * Math.log1p(margin);
  const [least = 0, most = 0] = [ends[cut], ends[ends.length - 1 - cut]];
  const room = 0.04 * (Math.max(most, wide) - Math.min(least, -wide));
  const scale = scaleLinear([Math.min(least, -wide) - room, Math.max(most, wide) + room], [LEFT, RIGHT]);
  const placeOf = (ratio: number): number => Math.min(RIGHT, Math.max(LEFT, scale(Math.log(ratio))));
  const within = steps
    .map((change) => ({ change, place: scale(Math.log1p(change / 100)) }))
    .filter(({ place }) => place >= LEFT && place <= RIGHT);
  // From 0 outwards, as many as stay apart.
  const ticks: RatioAxis["ticks"] = [];
  for (const one of within
    .toSorted((left, right) => Math.abs(left.change) - Math.abs(right.change))
    .toSorted((left, right) => roundness(right.change) - roundness(left.change)))
    if (ticks.every(({ place }) => Math.abs(place - one.place) >= APART)) ticks.push(one);
  return {
    at(ratio) {
      const place = scale(Math.log(ratio));
      return { place: placeOf(ratio), beyond: place < LEFT ? "low" : place > RIGHT ? "high" : null };
    },
    ticks: ticks.toSorted((left, right) => left.place - right.place),
    band: { from: placeOf(1 / (1 + margin)), to: placeOf(1 + margin) },
  };
}

/** 0 first, then the ticks that a reader looks for. */
function roundness(change: number): number {
  if (change === 0) return 3;
  return [10, 20, 50, 100].includes(Math.abs(change)) ? 2 : 1;
}
