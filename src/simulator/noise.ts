import { createRandom } from "../math/random.ts";

/** Standard deviation of the logarithm of a launch's pace where nothing else is said: half a per cent. */
const usualNoise = 0.005;

/** `CETERIS_SIMULATED_NOISE`: a share from 0 to 0.5; null where the text is none. */
export function noiseOf(variables: Readonly<Record<string, string>>): number | null {
  const text = variables["CETERIS_SIMULATED_NOISE"];
  if (text === undefined) return usualNoise;
  const noise = text.trim() === "" ? Number.NaN : Number(text);
  return noise >= 0 && noise <= 0.5 ? noise : null;
}

/**
 * What every step of this launch takes longer (above 1) or shorter: lognormal, drawn by the launch's name, so that the same
 * plan gives the same noise and no two launches of it share theirs. 1 for an engine that was started by hand.
 */
export function paceOf(variables: Readonly<Record<string, string>>): number {
  const launch = variables["CETERIS_LAUNCH"];
  const noise = noiseOf(variables) ?? 0;
  return launch === undefined || noise === 0 ? 1 : Math.exp(noise * createRandom(launch).fork("pace").normal());
}
