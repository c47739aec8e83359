import { asMap, canonicalJson, type Json } from "../schema/json.ts";
import type { Launch } from "../schema/launch.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { declaredDevices, unknownDevices, type Devices, type Ledger } from "../schema/trial-spec.ts";
import type { Provenance, Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { readLaunches } from "./launches.ts";
import { readTrials } from "./read-trials.ts";

/** The phase of a trial whose seconds are its load. */
export const loadPhase = "load";

/** What a design may decide on, from trials and launches. */
export function ledgerOf(trials: readonly Trial[], launches: readonly Launch[]): Ledger {
  const startups = new Map(launches.map(({ id, readyAfterS }) => [id, readyAfterS]));
  return {
    trials: trials.map(({ spec, verdict, phases, launchId, provenance, identity, knobs, startedAt, endedAt }) => ({
      trialId: spec.trialId,
      experimentId: spec.experimentId,
      purpose: spec.purpose,
      fidelity: spec.fidelity,
      block: spec.block,
      position: spec.position,
      replicate: spec.replicate,
      attempt: spec.attempt,
      seeds: spec.seeds,
      status: verdict.status,
      devices: devicesOf(provenance, {
        engine: declaredEngine(identity.configuration),
        devices: declaredDevices(knobs),
      }),
      startedAt,
      endedAt,
      loadS: phases.find(({ id }) => id === loadPhase)?.tookS ?? null,
      startupS: launchId === null ? null : (startups.get(launchId) ?? null),
    })),
  };
}

/** The machine, the GPUs that the engine may use, and its build: what the trials of a block have in common. */
export function devicesOf(provenance: Provenance | null, declared: { engine: string; devices: string }): Devices {
  if (provenance === null) return unknownDevices;
  const { host, gpus, engine } = provenance;
  const version = text(engine["version"]);
  // A machine without GPUs has none, and so has one on which nvidia-smi has not answered.
  const used = gpus
    .filter(({ selected }) => selected !== false)
    .map(({ uuid, driver }) => `${text(uuid)} ${text(driver)}`);
  return {
    host: text(host["hostname"]),
    gpus: used.length === 0 ? {} : { [declared.devices]: used.toSorted().join(", ") },
    engine: version === null ? {} : { [declared.engine]: `${text(engine["name"])} ${version}` },
  };
}

/** What of a configuration says which build of an engine is to run. */
function declaredEngine(configuration: Json): string {
  const { engine = null, version = null, environment_lock: lock = null } = asMap(configuration) ?? {};
  return canonicalJson([engine, version, lock]);
}

function text(fact: Json | undefined): string | null {
  return typeof fact === "string" ? fact : null;
}

/** What a study's folder holds of what was done. */
export interface Done {
  ledger: Ledger;
  trials: Trial[];
  /** What cannot be read, and is in neither. */
  leftOut: LeftOut[];
}

/** The ledger of a study from its folders: the truth, whatever index or mirror say. */
export async function readLedger(world: Pick<World, "files">, studyFolder: string): Promise<Done> {
  const [trials, launches] = await Promise.all([readTrials(world, studyFolder), readLaunches(world, studyFolder)]);
  const taken = trials.leftOut.flatMap(({ trialId }) => trialId ?? []);
  return {
    ledger: { ...ledgerOf(trials.read, launches.read), ...(taken.length === 0 ? {} : { taken }) },
    trials: trials.read,
    leftOut: [...trials.leftOut, ...launches.leftOut],
  };
}
