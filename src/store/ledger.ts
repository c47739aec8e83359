import type { Json } from "../schema/json.ts";
import type { Launch } from "../schema/launch.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { unknownDevices, type Devices, type Ledger } from "../schema/trial-spec.ts";
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
    trials: trials.map(({ spec, verdict, phases, launchId, provenance, startedAt, endedAt }) => ({
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
      devices: devicesOf(provenance),
      startedAt,
      endedAt,
      loadS: phases.find(({ id }) => id === loadPhase)?.tookS ?? null,
      startupS: launchId === null ? null : (startups.get(launchId) ?? null),
    })),
  };
}

/** The machine, the GPUs that the engine may use, and its build: what the trials of a block have in common. */
export function devicesOf(provenance: Provenance | null): Devices {
  if (provenance === null) return unknownDevices;
  const { host, gpus, engine } = provenance;
  const version = text(engine["version"]);
  // None is told of a machine without GPUs, and where nvidia-smi did not answer once.
  const used = gpus
    .filter(({ selected }) => selected !== false)
    .map(({ uuid, driver }) => `${text(uuid)} ${text(driver)}`);
  return {
    host: text(host["hostname"]),
    gpus: used.length === 0 ? null : used.toSorted().join(", "),
    engine: version === null ? null : `${text(engine["name"])} ${version}`,
  };
}

function text(fact: Json | undefined): string | null {
  return typeof fact === "string" ? fact : null;
}

/** The ledger of a study from its folders: the truth, whatever index or mirror say. With what is not in it since nobody can read it. */
export async function readLedger(
  world: Pick<World, "files">,
  studyFolder: string,
): Promise<Ledger & { leftOut: LeftOut[] }> {
  const [trials, launches] = await Promise.all([readTrials(world, studyFolder), readLaunches(world, studyFolder)]);
  const taken = trials.leftOut.flatMap(({ trialId }) => trialId ?? []);
  return {
    ...ledgerOf(trials.read, launches.read),
    ...(taken.length === 0 ? {} : { taken }),
    leftOut: [...trials.leftOut, ...launches.leftOut],
  };
}
