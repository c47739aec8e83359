import type { Launch } from "../schema/launch.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Ledger } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { readLaunches } from "./launches.ts";
import { readTrials } from "./read-trials.ts";

/** The phase of a trial whose seconds are its load. */
export const loadPhase = "load";

/** What a design may decide on, from trials and launches. */
export function ledgerOf(trials: readonly Trial[], launches: readonly Launch[]): Ledger {
  const startups = new Map(launches.map(({ id, readyAfterS }) => [id, readyAfterS]));
  return {
    trials: trials.map(({ spec, verdict, phases, launchId }) => ({
      trialId: spec.trialId,
      experimentId: spec.experimentId,
      purpose: spec.purpose,
      fidelity: spec.fidelity,
      replicate: spec.replicate,
      attempt: spec.attempt,
      status: verdict.status,
      loadS: phases.find(({ id }) => id === loadPhase)?.tookS ?? null,
      startupS: launchId === null ? null : (startups.get(launchId) ?? null),
    })),
  };
}

/** The ledger of a study from its folders: the truth, whatever index or mirror say. */
export async function readLedger(world: Pick<World, "files">, studyFolder: string): Promise<Result<Ledger>> {
  const [trials, launches] = await Promise.all([readTrials(world, studyFolder), readLaunches(world, studyFolder)]);
  return trials.ok ? succeed(ledgerOf(trials.value, launches)) : trials;
}
