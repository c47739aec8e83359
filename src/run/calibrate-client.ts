import { neededInWords, neededShare } from "../checks/index.ts";
import { calibrate } from "../client/index.ts";
import { cacheFolderOf } from "../engine/index.ts";
import type { Calibration, TrialCalibration } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { isOpenLoop, usedDatasets, type Workload } from "../schema/workload.ts";
import { ownBuild } from "../telemetry/index.ts";
import type { World } from "../world/world.ts";

/** A trial that is to be run, and what it asks. */
export interface PlannedLoad {
  spec: TrialSpec;
  workload: Workload;
}

export interface ClientCalibration {
  loads: readonly PlannedLoad[];
  /** The engine is simulated: its times are not read as measured. */
  simulated: boolean;
  /** True where nothing is to be measured now: a kept calibration or none. */
  keptOnly?: boolean;
  signal: AbortSignal;
  notice(code: string, message: string): void;
}

/**
 * Measures the load generator before a study, where one of its trials is to be more than a smoke test; tells what it found,
 * and of which trials it can be seen now that the client cannot do what they ask.
 */
export async function calibrateClient(world: World, request: ClientCalibration): Promise<TrialCalibration> {
  const { signal } = request;
  if (request.simulated) return skip("a simulated engine");
  const performance = request.loads.filter(({ spec }) => spec.purpose !== "accuracy");
  if (performance.length === 0) return skip("trials that measure no performance");
  const loads = performance.filter(({ spec }) => spec.fidelity !== "smoke");
  if (loads.length === 0) return skip("smoke tests");
  const { build } = await ownBuild(world);
  const found = await calibrate(world, {
    cacheFolder: cacheFolderOf(world),
    build: `${build.version} ${build.commit ?? ""}`,
    keptOnly: request.keptOnly ?? false,
    signal,
  });
  if (found.measured === null) {
    if (request.keptOnly !== true) request.notice("not-calibrated", found.skipped);
    return found;
  }
  request.notice("calibrated", inWords(found.measured));
  for (const message of beyondClient(found.measured, loads)) request.notice("client-capacity", message);
  return found;
}

function skip(why: string): TrialCalibration {
  return { skipped: `the client is not calibrated for ${why}`, measured: null };
}

function inWords({ cpuPerTokenUs, cpuPerRequestUs, highestTokensPerS, endedBy, ageS }: Calibration): string {
  const cost = `the client takes ${cpuPerTokenUs.toFixed(1)} µs of CPU for a token and ${cpuPerRequestUs.toFixed(0)} µs for a request`;
  const most = highestTokensPerS === null ? "no rate" : `${Math.round(highestTokensPerS)} tokens a second`;
  const limit =
    endedBy === "client"
      ? `stamps ${most} within 1 ms`
      : endedBy === "machine"
        ? `stamped ${most} within 1 ms beside the other work of this machine`
        : `stamps ${most} and more within 1 ms`;
  return `${cost}, and ${limit}${ageS > 0 ? ` (measured ${Math.ceil(ageS / 60)} min ago)` : ""}`;
}

/** One sentence for each workload and rate that needs more than all of the client's cores, whatever the engine does. */
function beyondClient(calibration: Calibration, loads: readonly PlannedLoad[]): Set<string> {
  const messages = new Set<string>();
  if (calibration.endedBy === "machine") return messages;
  for (const { workload } of loads) {
    const tokensPerRequest = forcedTokens(workload);
    const requestsPerS = workload.load.rate;
    if (tokensPerRequest === null || requestsPerS === undefined || !isOpenLoop(workload)) continue;
    const asked = { requestsPerS, tokensPerRequest, workers: workload.load.workers ?? 1 };
    if (neededShare(calibration, asked) > 1)
      messages.add(`${workload.name} will be INVALID: ${neededInWords(calibration, asked)}`);
  }
  return messages;
}

/** Mean length of answers where it is forced; null where the model decides. */
function forcedTokens(workload: Workload): number | null {
  const { dataset, sampling } = workload;
  if (usedDatasets(workload).some(({ requestClass }) => requestClass !== null)) return null;
  if (dataset.kind !== "synthetic") return sampling.ignore_eos ? sampling.max_tokens : null;
  const lengths = dataset.output_tokens;
  if (lengths?.distribution === "fixed") return lengths.value;
  return lengths?.distribution === "uniform" ? (lengths.min + lengths.max) / 2 : null;
}
