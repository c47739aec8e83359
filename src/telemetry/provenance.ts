import type { Json } from "../schema/json.ts";
import type { Provenance } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { gpuFacts } from "./gpus.ts";
import { hostFacts } from "./host.ts";
import { ownBuild } from "./own-build.ts";

/** What the other stages found; a null among it is missing, and is listed as such. */
export interface ProvenanceRequest {
  /** Name, version, packages … of the engine. */
  engine: { [fact: string]: Json };
  /** As it was checked: kind, path, revision, digest, bytes. */
  model: { [fact: string]: Json };
  /** Name, sha256 …; may be filled in for each trial afterwards. */
  dataset?: { [fact: string]: Json };
  /** The GPUs that the engine may use, by index or UUID; all where none is named. */
  devices?: readonly string[];
  /** The engine's process group, so that its own processes are not counted as neighbours. */
  ownGroup: number | null;
}

/** Where numbers come from: machine, GPUs, engine, model, data and our own build. What is not there is null, with the reason in `missing`. */
export async function gatherProvenance(world: World, request: ProvenanceRequest): Promise<Provenance> {
  const { engine, model, dataset = {} } = request;
  const [host, gpus, own] = await Promise.all([
    hostFacts(world),
    gpuFacts(world, { devices: request.devices ?? [], ownGroup: request.ownGroup }),
    ownBuild(world),
  ]);
  return {
    host: host.facts,
    gpus: gpus.gpus,
    engine,
    model,
    dataset,
    ceteris: own.build,
    missing: [
      ...host.missing,
      ...gpus.missing,
      ...untold("engine", engine, "the engine does not tell it"),
      ...untold("model", model, typeof model["why"] === "string" ? model["why"] : "it could not be looked at"),
      ...untold("dataset", dataset, "the dataset does not tell it"),
      ...(own.why === null ? [] : [{ fact: "ceteris.commit", why: own.why }]),
    ],
  };
}

/** The members that are null; `why` itself is a reason and no fact. */
function untold(group: string, facts: { [fact: string]: Json }, why: string): { fact: string; why: string }[] {
  return Object.entries(facts)
    .filter(([fact, value]) => value === null && fact !== "why")
    .map(([fact]) => ({ fact: `${group}.${fact}`, why }));
}
