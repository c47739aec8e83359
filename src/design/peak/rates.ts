import { rateBounds, type RateOutcome } from "../../schema/peak-found.ts";
import type { Peak } from "../../schema/study.ts";

/** A search for the highest rate that still holds. Rates are requests a second (of conversations: starts a second). */
export type PeakSearch = Pick<Peak, "from" | "to" | "tolerance" | "most">;

/**
 * The next rate to try: doubled until one breaks (halved where the first one did), then the geometric mean of the highest
 * that held and the lowest that broke, which halves what is unknown of a ratio. Null where the peak is known closely
 * enough, or the bounds or the number of tries are spent. Pure, so that a study that was stopped goes on where it was.
 */
export function nextRate(search: PeakSearch, outcomes: readonly RateOutcome[]): number | null {
  if (outcomes.length >= search.most) return null;
  const { held, broke } = rateBounds(outcomes);
  let next: number;
  if (held === null && broke === null) next = search.from;
  else if (broke === null) next = held! * 2;
  else if (held === null) next = broke / 2;
  else if (broke / held <= 1 + search.tolerance) return null;
  else next = Math.sqrt(held * broke);
  // Rounded up, a rate may pass the bound.
  const rate = Math.min(rounded(next), search.to ?? Infinity);
  return outcomes.some((outcome) => outcome.rate === rate) ? null : rate;
}

/**
 * What a search can come to at most, where its first rate holds: for each doubling of it the search that ends just there,
 * since no search between it and the next doubling tries lower rates.
 */
export function dearestSearches(search: PeakSearch): RateOutcome[][] {
  const searches: RateOutcome[][] = [];
  for (let capacity = search.from; ; capacity *= 2) {
    const outcomes: RateOutcome[] = [];
    for (let rate = nextRate(search, outcomes); rate !== null; rate = nextRate(search, outcomes)) {
      outcomes.push({ rate, held: rate <= capacity * (1 + roundedBy) });
    }
    searches.push(outcomes);
    if (outcomes.every(({ held }) => held)) return searches;
  }
}

/** How far three digits are from a rate at most, as a share of it. */
const roundedBy = 0.005;

/** Three digits: a rate is part of an experiment's name and id. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}
