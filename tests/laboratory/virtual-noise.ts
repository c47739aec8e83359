import type { Random } from "../../src/math/random.ts";

/**
 * Noise of a trial's logarithm, of standard deviation `sd`: independent normal; Student's t, whose tails are as heavy as its
 * degrees of freedom are few; or a first-order autoregression along the order of trials, `correlation` between neighbours.
 */
export type VirtualNoise =
  | { kind: "gaussian"; sd: number }
  | { kind: "heavy-tailed"; sd: number; degreesOfFreedom: number }
  | { kind: "autocorrelated"; sd: number; correlation: number };

/** The noise at each position of an order, from 1; the same at a position however often and in whatever order it is asked. */
export function virtualNoise(noise: VirtualNoise, random: Random): (position: number) => number {
  const drawn: number[] = [];
  const kinds = { gaussian, "heavy-tailed": heavyTailed, autocorrelated };
  const draw = kinds[noise.kind] as (noise: VirtualNoise, random: Random, before: number | undefined) => number;
  return (position) => {
    while (drawn.length < position) drawn.push(draw(noise, random, drawn.at(-1)));
    return drawn[position - 1]!;
  };
}

type Kind<Name extends VirtualNoise["kind"]> = Extract<VirtualNoise, { kind: Name }>;

function gaussian({ sd }: Kind<"gaussian">, random: Random): number {
  return sd * random.normal();
}

/** Normal over the root of a chi-square's mean, scaled to `sd`; more than 2 degrees of freedom have one. */
function heavyTailed({ sd, degreesOfFreedom: nu }: Kind<"heavy-tailed">, random: Random): number {
  const meanSquare = random.gamma(nu / 2, 2 / nu);
  return (sd * Math.sqrt((nu - 2) / nu) * random.normal()) / Math.sqrt(meanSquare);
}

/** Begins in its steady state. */
function autocorrelated(
  { sd, correlation }: Kind<"autocorrelated">,
  random: Random,
  before: number | undefined,
): number {
  const fresh = sd * random.normal();
  return before === undefined ? fresh : correlation * before + Math.sqrt(1 - correlation ** 2) * fresh;
}
