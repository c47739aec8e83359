import { formatId } from "../schema/ids.ts";
import type { Json } from "../schema/json.ts";
import { isMeasured, isVolatile, withoutDrawn } from "../schema/resolved-names.ts";
import type { Provenance } from "../schema/trial.ts";
import { usedGpus } from "../schema/used-devices.ts";
import type { ResolvedConfiguration } from "./parsers/parser.ts";

/** What was found, as opposed to what was asked for. */
export interface Found {
  engineVersion: string | null;
  /** Digest of the image that it runs in; null where it runs in none. */
  image: string | null;
  resolvedConfiguration: ResolvedConfiguration | null;
  /** Digest or commit of the model; null where it could not be looked at. */
  model: string | null;
  /** sha256 of the dataset. */
  dataset: string;
  /** For the GPUs that the engine used, and their driver; without one, on the CPU, its model. */
  provenance: Provenance | null;
}

/**
 * `res1_…`: the same for trials that found the same engine build, configuration, model, data, processor and driver.
 * Ports, names, places, and what the engine measured on the memory it found free are left out, since they
 * differ between two starts of the same thing.
 */
export function resolvedIdOf(found: Found): string {
  const kept = Object.entries(found.resolvedConfiguration ?? {})
    .filter(([path]) => !isVolatile(path) && !isMeasured(path))
    .map(([path, value]) => [path, withoutDrawn(value)]);
  const configuration: { [path: string]: Json } | null =
    found.resolvedConfiguration === null ? null : Object.fromEntries(kept);
  const gpus = usedGpus(found.provenance);
  return formatId("res1", {
    engine: found.engineVersion,
    ...(found.image === null ? {} : { image: found.image }),
    configuration,
    model: found.model,
    dataset: found.dataset,
    gpus: gpus.map(({ name }) => name ?? null),
    driver: gpus[0]?.["driver"] ?? null,
    cpu: gpus.length > 0 ? null : (found.provenance?.host["cpuModel"] ?? null),
  });
}
