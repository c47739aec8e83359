import { moderated, type ArmVariance, type ContrastVariance } from "./arm-variances.ts";
import { createRandom } from "./random.ts";

/** A complete design: in each block every change once and the baseline so many times. */
export interface CompleteDesign {
  readonly changes: number;
  readonly baselines: number;
  readonly blocks: number;
  /** Of a change against the baseline, or of one change against another. */
  readonly against: "baseline" | "change";
}

/** So many leave the stated power within half of one per cent. */
const DRAWS = 5000;

/** By so much the others look quieter than they are, since arms that happen to be noisy count little: found by simulation. */
const looksQuieter = (blocks: number): number => 1 - 0.2 / Math.sqrt(blocks - 1);

/**
 * What `armVariances` and `contrastVariance` will say of a contrast in a complete design whose arms are all equally noisy, with
 * variance 1: draws of the mean squares that they rest on, which are independent chi-squares. Seeded by the design.
 */
export function plannedVariances({ changes, baselines, blocks, against }: CompleteDesign): ContrastVariance[] {
  const most = blocks * (changes + baselines) - blocks - changes;
  const random = createRandom(`planned ${changes} ${baselines} ${blocks} ${against}`);
  const meanSquare = (degrees: number): number => random.gamma(degrees / 2, 2 / degrees);
  if (changes + baselines === 2) {
    return Array.from({ length: DRAWS }, () => ({ variance: (2 * meanSquare(most)) / blocks, degreesOfFreedom: most }));
  }
  const armOf = (times: number): (() => ArmVariance) => {
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
      return { part: variance / values, degreesOfFreedom };
    });
    const variance = parts.reduce((sum, { part }) => sum + part, 0);
    const spread = parts.reduce((sum, { part, degreesOfFreedom }) => sum + part ** 2 / degreesOfFreedom, 0);
    return { variance, degreesOfFreedom: Math.min(variance ** 2 / spread, most) };
  });
}
