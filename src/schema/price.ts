import type { Trial } from "./trial.ts";
import { usedGpus } from "./used-devices.ts";

/** What a matrix says that the hardware costs, in US dollars an hour. */
export type HardwarePrice =
  | { perGpuHour: number }
  | { title: string; source: string; date: string; gpus: { name: string; perHour: number }[] };

/**
 * US dollars an hour of a configuration; null where nobody knows. A list gives the price of the GPUs that its trials ran on, where
 * those are of one name; what was simulated ran on none.
 */
export function pricePerHour(
  price: HardwarePrice | undefined,
  gpus: number | null,
  trials: readonly Pick<Trial, "origin" | "provenance">[],
): number | null {
  if (price === undefined || gpus === null) return null;
  if ("perGpuHour" in price) return price.perGpuHour * Math.max(1, gpus);
  const ran = trials.filter(({ origin }) => origin !== "simulated");
  const names = new Set(ran.flatMap(({ provenance }) => usedGpus(provenance).map(({ name }) => nameOf(name))));
  const [only] = names;
  const found = names.size === 1 ? price.gpus.find(({ name }) => nameOf(name) === only) : undefined;
  return found === undefined || gpus === 0 ? null : found.perHour * gpus;
}

function nameOf(name: unknown): string {
  return typeof name === "string" ? name.trim().toLowerCase() : "";
}
