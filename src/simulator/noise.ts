import { createRandom } from "../math/random.ts";

/** Standard deviation of the logarithm of a launch's pace where the variable is not set: half a per cent. */
const defaultNoise = 0.005;

/** `CETERIS_SIMULATED_NOISE`: a share from 0 to 0.5; null where the text is not one. */
export function noiseOf(variables: Readonly<Record<string, string>>): number | null {
  const text = variables["CETERIS_SIMULATED_NOISE"];
  if (text === undefined) return defaultNoise;
  const noise = text.trim() === "" ? Number.NaN : Number(text);
  return noise >= 0 && noise <= 0.5 ? noise : null;
}

/**
 * The factor on the time of every step of this launch: lognormal, seeded with the names of the study and the launch, which
 * `CETERIS_LAUNCH` holds before the instant of the start. So the same plan gives the same noise, and each of its launches has
 * another. 1 for an engine that was started by hand.
 */
export function paceOf(variables: Readonly<Record<string, string>>): number {
  const launch = variables["CETERIS_LAUNCH"]?.replace(/@[^@]*$/, "");
  const noise = noiseOf(variables) ?? 0;
  return launch === undefined || noise === 0 ? 1 : createRandom(launch).fork("pace").lognormal(0, noise);
}
