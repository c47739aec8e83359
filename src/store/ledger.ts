import { asMap, asText, canonicalJson, type Json } from "../schema/json.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { declaredDevices, unknownDevices, type Devices, type Ledger, type LedgerEntry } from "../schema/trial-spec.ts";
import type { Provenance, Trial } from "../schema/trial.ts";
import { coresUsed, idsOf, usedGpus } from "../schema/used-devices.ts";
import type { World } from "../world/world.ts";
import { readLaunchesAs } from "./launches.ts";
import { readTrialsAs } from "./read-trials.ts";

/** The phase of a trial whose seconds are its load. */
export const loadPhase = "load";

/** What a design may decide on, of a trial. `startupS`: how long its launch took to be ready; null where that is not known. */
export function ledgerEntry(
  { spec, verdict, phases, provenance, identity, knobs, startedAt, endedAt }: Trial,
  startupS: number | null,
): LedgerEntry {
  return {
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
    startupS,
  };
}

/** The machine, the GPUs that the engine may use, and its build: what the trials of a block have in common. */
export function devicesOf(provenance: Provenance | null, declared: { engine: string; devices: string }): Devices {
  if (provenance === null) return unknownDevices;
  const { host, engine } = provenance;
  const version = asText(engine["version"]);
  // A machine without GPUs has none, and so has one on which nvidia-smi has not answered.
  const used = usedGpus(provenance).flatMap((gpu) => idsOf(gpu).map((id) => `${id} ${asText(gpu["driver"])}`));
  const cores = coresUsed(provenance);
  return {
    host: asText(host["hostname"]),
    gpus: {
      ...(used.length === 0 ? {} : { [declared.devices]: used.toSorted().join(", ") }),
      ...(cores === null ? {} : { cores }),
    },
    engine: version === null ? {} : { [declared.engine]: `${asText(engine["name"])} ${version}` },
  };
}

/** What of a configuration says which build of an engine is to run. */
function declaredEngine(configuration: Json): string {
  const { engine = null, version = null, environment_lock: lock = null } = asMap(configuration) ?? {};
  return canonicalJson([engine, version, lock]);
}

/** What a study's folder holds of what was done. */
export interface Done<Kept> {
  ledger: Ledger;
  /** In the order of the plan. */
  trials: Kept[];
  /** What cannot be read, and is in neither. */
  leftOut: LeftOut[];
}

/** The ledger of a study from its folders: the truth, whatever index or mirror say. Of each trial `keep` takes what the caller needs beside it. */
export async function readLedger<Kept>(
  world: Pick<World, "files">,
  studyFolder: string,
  keep: (trial: Trial) => Kept,
): Promise<Done<Kept>> {
  const launches = await readLaunchesAs(world, studyFolder, ({ id, readyAfterS }) => [id, readyAfterS] as const);
  const startups = new Map(launches.read);
  const trials = await readTrialsAs(world, studyFolder, (trial) => {
    const startupS = trial.launchId === null ? null : (startups.get(trial.launchId) ?? null);
    return { entry: ledgerEntry(trial, startupS), kept: keep(trial) };
  });
  const taken = trials.leftOut.flatMap(({ trialId }) => trialId ?? []);
  return {
    ledger: { trials: trials.read.map(({ entry }) => entry), ...(taken.length === 0 ? {} : { taken }) },
    trials: trials.read.map(({ kept }) => kept),
    leftOut: [...trials.leftOut, ...launches.leftOut],
  };
}
