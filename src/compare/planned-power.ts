import { studentTQuantile } from "../math/distributions.ts";
import { dunnettQuantile } from "../math/dunnett.ts";
import { detectableNoncentrality } from "../math/power.ts";
import { permutationHelps, smallestPermutedP } from "./families.ts";
import { powerWanted, significanceLevel } from "./rules.ts";
import { countText, percentText } from "./words.ts";

/** A design before anything is spent. */
export interface PlannedDesign {
  kind: "isolation" | "stacked" | "combination";
  /** Changes of one cell: rows but the baseline, less those that are skipped. */
  changes: number;
  /** Workloads times points of the sweep; 1 where there is one of each. */
  cells?: number;
  /** Repeats at the fidelity that is planned. */
  blocks: number;
  /** Trials of the baseline in each block. */
  baselines: number;
  /** Standard deviation of a trial's logarithm after arms and blocks (0.03 is 3 %), and where it was taken from. */
  residual: { sd: number; source: string };
}

/** What such a study can find, if its noise is what is assumed. */
export interface PlannedPower {
  degreesOfFreedom: number;
  /** The smallest p that permuting the blocks can reach after correction. */
  smallestPermutedP: number;
  /** True where p will come from permutation: that p lies below the level. */
  permuted: boolean;
  correction: string;
  /** The smallest change that is found in 80 of 100 such studies: 0.03 is 3 %; null where nothing can be. */
  smallestDetectable: number | null;
  /** The smallest effect of interest for which a change that does nothing is found to be NO EFFECT in 80 of 100 such studies. */
  noEffectWithin: number | null;
  /** All of it for people. */
  sentence: string;
}

const correctionNames = { isolation: "Dunnett", stacked: "Holm", combination: "Benjamini–Hochberg" } as const;

/** The power of a static design with nothing missing, for its least favourable contrast (of a stack: step against step). */
export function plannedPower({ kind, changes, cells = 1, blocks, baselines, residual }: PlannedDesign): PlannedPower {
  const family = changes * cells;
  const degreesOfFreedom = Math.max(0, blocks * (changes + baselines) - blocks - changes);
  const smallest = smallestPermutedP(family, blocks);
  const permuted = family > 0 && permutationHelps(family, blocks);
  const correction = `${permuted && kind === "isolation" ? "Holm" : correctionNames[kind]} over ${countText(family, "change")}`;
  const common = { degreesOfFreedom, smallestPermutedP: smallest, permuted, correction };
  const reach = `permuting ${countText(blocks, "block")} reaches a corrected p of ${Number(smallest.toPrecision(2))} at best`;
  if (blocks < 2 || degreesOfFreedom === 0 || changes === 0) {
    const why =
      changes === 0 ? "there is nothing to compare" : "one block shows no noise, so that no effect can be told";
    return { ...common, smallestDetectable: null, noEffectWithin: null, sentence: `${why}; ${reach}` };
  }
  const shared = 1 / (blocks * baselines);
  const variance = 1 / blocks + (kind === "stacked" && changes > 1 ? 1 / blocks : shared);
  const standardError = residual.sd * Math.sqrt(variance);
  const criticalT =
    kind === "isolation"
      ? dunnettQuantile(
          (1 - significanceLevel) ** (1 / cells),
          Array.from({ length: changes }, () => Math.sqrt(shared / variance)),
          degreesOfFreedom,
        )
      : studentTQuantile(1 - significanceLevel / (2 * family), degreesOfFreedom);
  const smallestDetectable = Math.expm1(
    detectableNoncentrality(criticalT, degreesOfFreedom, powerWanted) * standardError,
  );
  const bothSides =
    studentTQuantile(1 - significanceLevel, degreesOfFreedom) +
    studentTQuantile((1 + powerWanted) / 2, degreesOfFreedom);
  const noEffectWithin = Math.expm1(bothSides * standardError);
  const sentence =
    `at a noise of ${percentText(residual.sd)} (${residual.source}), ${countText(blocks, "block")} show a change of ` +
    `${percentText(smallestDetectable)} with 80 % power (${correction}) and can call one NO EFFECT within ` +
    `±${percentText(noEffectWithin)}; ${reach}, so p comes from ${permuted ? "permutation" : "the model"}`;
  return { ...common, smallestDetectable, noEffectWithin, sentence };
}
