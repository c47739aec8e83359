import { NS_PER_S } from "../../../math/units.ts";

/**
 * Due times whose gaps are drawn one after another, in seconds; the first request is due after the first gap. The sum
 * is kept in seconds and rounded once for each time, so that roundings do not add up. Nothing is scaled afterwards to
 * end on the mean: a schedule of which the end is known is no renewal process any more.
 */
export function fromGaps(count: number, drawGapS: () => number): Float64Array {
  const due = new Float64Array(count);
  let atS = 0;
  for (let place = 0; place < count; place += 1) {
    atS += drawGapS();
    due[place] = Math.round(atS * NS_PER_S);
  }
  return due;
}
