import type { Json } from "./json.ts";
import type { Provenance } from "./trial.ts";

type Known = Pick<Provenance, "host" | "gpus"> | null;

/** The GPUs that the engine could use. */
export function usedGpus(provenance: Known): Provenance["gpus"] {
  return (provenance?.gpus ?? []).filter(({ selected }) => selected !== false);
}

/** Their UUIDs, in order: of a GPU in MIG slices those of the slices. Empty where none is known. */
export function gpuIds(provenance: Known): string[] {
  return usedGpus(provenance).flatMap(idsOf).toSorted();
}

/** UUIDs of one GPU's slices; its own where it has none. */
export function idsOf({ uuid, slices }: Provenance["gpus"][number]): string[] {
  const ids = Array.isArray(slices) && slices.length > 0 ? slices : [uuid];
  return ids.filter((id) => typeof id === "string");
}

/** The cores that a run could use, as the kernel lists them, on a machine without GPUs; null where that is not known. */
export function coresUsed(provenance: Known): string | null {
  const cores: Json | undefined = provenance?.host["cores"];
  return typeof cores === "string" && provenance?.gpus.length === 0 ? cores : null;
}
