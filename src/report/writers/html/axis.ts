import { scaleLinear } from "d3-scale";
import type { Forest } from "../../forest.ts";
import { ratioEnds, ratioTicks } from "../../ratio-axis.ts";

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
/** The least distance of two ticks, in per cent of the width: about 28 px of 238, a label and a gap. */
const APART = 12;

/** The axis of a forest: the middle 95 % of its interval ends, always 0 and twice the smallest effect of interest. */
export function ratioAxis({ rows, margin }: Pick<Forest, "rows" | "margin">): RatioAxis {
  const ends = ratioEnds(
    rows.flatMap(({ own, soFar }) => [own, soFar]).filter((one) => one !== null),
    margin,
  );
  const scale = scaleLinear([Math.log(ends.lower), Math.log(ends.upper)], [LEFT, RIGHT]);
  const placeOf = (ratio: number): number => Math.min(RIGHT, Math.max(LEFT, scale(Math.log(ratio))));
  return {
    at(ratio) {
      // Nothing lies beyond them, and they have no finite logarithm.
      if (ratio <= 0) return { place: LEFT, beyond: "low" };
      if (ratio === Infinity) return { place: RIGHT, beyond: "high" };
      const place = scale(Math.log(ratio));
      return { place: placeOf(ratio), beyond: place < LEFT ? "low" : place > RIGHT ? "high" : null };
    },
    ticks: ratioTicks(ends, APART / (RIGHT - LEFT)).map((change) => ({
      change,
      place: scale(Math.log1p(change / 100)),
    })),
    band: { from: placeOf(1 / (1 + margin)), to: placeOf(1 + margin) },
  };
}
