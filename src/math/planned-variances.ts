import { moderated, sumOfVariances, type EstimatedVariance } from "./arm-variances.ts";
import { createRandom } from "./random.ts";

/** A complete design: each block holds every change once and the baseline `baselines` times. */
export interface CompleteDesign {
  readonly changes: number;
  readonly baselines: number;
  readonly blocks: number;
  /** Of a change against the baseline, or of one change against another. */
  readonly against: "baseline" | "change";
}

/** Enough to leave the stated effect within half a per cent of itself. */
const DRAWS = 5000;

/** The factor by which the others look quieter than they are, since arms that happen to be noisy get little weight: found by simulation. */
const looksQuieter = (blocks: number): number => 1 - 0.2 / Math.sqrt(blocks - 1);

/**
 * What `armVariances` and `contrastVariance` will give for a contrast in a complete design whose arms are all equally noisy, with
 * variance 1: draws of the mean squares that they rest on, which are independent chi-squares. Seeded by the design.
 */
export function plannedVariances({ changes, baselines, blocks, against }: CompleteDesign): EstimatedVariance[] {
  const most = blocks * (changes + baselines) - blocks - changes;
  const random = createRandom(`planned ${changes} ${baselines} ${blocks} ${against}`);
  const meanSquare = (degrees: number): number => random.gamma(degrees / 2, 2 / degrees);
  if (changes + baselines === 2) {
    return Array.from({ length: DRAWS }, () => ({ variance: (2 * meanSquare(most)) / blocks, degreesOfFreedom: most }));
  }
  const armOf = (times: number): (() => EstimatedVariance) => {
    const ownDegrees = times * blocks - 1;
    const restDegrees = most - ownDegrees;
    if (restDegrees < 1) return () => ({ variance: meanSquare(most), degreesOfFreedom: most });
    const others = changes + baselines - times;
    const between = ((blocks - 1) * others) / (others + times);
    const share = (between + (times - 1) * blocks) / ownDegrees;
    return () => {
      const rest = looksQuieter(blocks) * meanSquare(restDegrees);
      return moderated({ added: meanSquare(ownDegrees), ownDegrees, share, rest, restDegrees })!;
    };
  };
  const change = { draw: armOf(1), values: blocks };
  const other = against === "change" ? change : { draw: armOf(baselines), values: blocks * baselines };
  return Array.from({ length: DRAWS }, () => {
    const parts = [change, other].map(({ draw, values }) => {
      const { variance, degreesOfFreedom } = draw();
      return { variance: variance / values, degreesOfFreedom };
    });
    return sumOfVariances(parts, most);
  });
}
