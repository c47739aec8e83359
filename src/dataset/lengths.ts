import type { Random } from "../math/random.ts";
import type { LengthDistribution, ThinkTime } from "../schema/dataset-declaration.ts";

/** One length in tokens (or turns), at least 1. */
export function drawLength(distribution: LengthDistribution, random: Random): number {
  switch (distribution.distribution) {
    case "fixed":
      return distribution.value;
    case "uniform":
      return distribution.min + random.integer(distribution.max - distribution.min + 1);
    case "lognormal":
      return clipped(random.lognormal(Math.log(distribution.median), distribution.sigma), distribution);
    case "normal":
      return clipped(distribution.mean + distribution.stdev * random.normal(), distribution);
  }
}

function clipped(drawn: number, { min, max }: { min: number; max: number }): number {
  return Math.min(Math.max(Math.round(drawn), min), max);
}

/** Seconds that a user thinks before a turn; 0 where nothing is declared. */
export function drawThinkS(declared: ThinkTime | undefined, random: Random): number {
  switch (declared?.distribution) {
    case undefined:
      return 0;
    case "fixed":
      return declared.value;
    case "uniform":
      return declared.min + (declared.max - declared.min) * random.next();
    case "exponential":
      return random.exponential(1 / declared.mean);
  }
}
