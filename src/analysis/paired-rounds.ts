import { boundsText, countText, pText } from "../math/figures.ts";
import { pairedT, wilcoxonSignedRank } from "../math/paired.ts";
import type { PairedRounds } from "../schema/effect.ts";

/**
 * Rounds as pairs: Student's paired t test and Wilcoxon's signed-rank test of the differences of logarithms,
 * treatment less control, a round each. Null of fewer than 2 rounds that hold both sides.
 */
export function pairedRounds(differences: readonly number[]): PairedRounds | null {
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
