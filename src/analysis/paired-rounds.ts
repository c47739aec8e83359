import { boundsText, countText, pText } from "../math/figures.ts";
import { pairedT, wilcoxonSignedRank } from "../math/paired.ts";
import type { PairedRounds } from "../schema/effect.ts";
import type { BlockDifference } from "./cell-model.ts";

/**
 * Rounds as pairs: Student's paired t test and Wilcoxon's signed-rank test of the differences of logarithms,
 * treatment less control, a round each. Null of fewer than 2 rounds that hold both sides.
 */
export function pairedRounds(rounds: readonly BlockDifference[]): PairedRounds | null {
  const differences = rounds.map(({ difference }) => difference);
  const t = pairedT(differences);
  if (t === null) return null;
  const ranks = wilcoxonSignedRank(differences);
  return {
    rounds: differences.length,
    won: differences.filter((difference) => difference > 0).length,
    ratio: Math.exp(t.mean),
    interval: { lower: Math.exp(t.lower), upper: Math.exp(t.upper) },
    tP: t.p,
    // Where no round differs there is nothing to rank, and nothing was found.
    wilcoxonP: ranks?.p ?? 1,
    wilcoxonExact: ranks?.exact ?? true,
    each: rounds
      .map(({ block, difference }) => ({ round: block, ratio: Math.exp(difference) }))
      .toSorted((left, right) => left.round - right.round),
  };
}

/** For the method of an effect: `over 8 rounds paired t p 0.012 (+1.0 to +3.1), Wilcoxon signed-rank p 0.016 (exact)`. */
export function pairedRoundsText({ rounds, interval, tP, wilcoxonP, wilcoxonExact }: PairedRounds): string {
  const how = wilcoxonExact ? "exact" : "normal";
  return (
    `over ${countText(rounds, "round")} paired t ${pText(tP)} (${boundsText(interval)} %), ` +
    `Wilcoxon signed-rank ${pText(wilcoxonP)} (${how})`
  );
}
