import { neededInWords, neededShare, type AskedOfClient } from "../checks/index.ts";
import { calibrate } from "../client/index.ts";
import { cacheFolderOf } from "../engine/index.ts";
import type { Calibration, TrialCalibration } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import { usedDatasets, type Workload } from "../schema/workload.ts";
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
  const found = await measuredClient(world, { keptOnly: request.keptOnly ?? false, signal });
  if (found.measured === null) {
    if (request.keptOnly !== true) request.notice("not-calibrated", found.skipped);
    return found;
  }
  request.notice("calibrated", calibrationText(found.measured));
  for (const message of beyondClient(found.measured, loads)) request.notice("client-capacity", message);
  return found;
}

/** What the load generator of this build can do on this machine: kept from the last day, or measured now in at most 5 s. */
export async function measuredClient(
  world: World,
  { keptOnly, signal }: { keptOnly: boolean; signal: AbortSignal },
): Promise<TrialCalibration> {
  const { build } = await ownBuild(world);
  const cacheFolder = cacheFolderOf(world);
  return await calibrate(world, { cacheFolder, build: `${build.version} ${build.commit ?? ""}`, keptOnly, signal });
}

function skip(why: string): TrialCalibration {
  return { skipped: `the client is not calibrated for ${why}`, measured: null };
}

/** What a calibration found, in a sentence. */
export function calibrationText({
  cpuPerTokenUs,
  cpuPerRequestUs,
  highestTokensPerS,
  endedBy,
  ageS,
}: Calibration): string {
  // Beside other work no cost can be told from theirs either.
  if (highestTokensPerS === null) return "the client stamped no rate within 1 ms: the machine is busy, or too slow";
  const cost = `the client takes ${cpuPerTokenUs.toFixed(1)} µs of CPU for a token and ${cpuPerRequestUs.toFixed(0)} µs for a request`;
  const limit = rateText(Math.round(highestTokensPerS), endedBy);
  return `${cost}, and ${limit}${ageS > 0 ? ` (measured ${Math.ceil(ageS / 60)} min ago)` : ""}`;
}

function rateText(tokensPerS: number, endedBy: Calibration["endedBy"]): string {
  if (endedBy === "machine")
    return `stamped ${tokensPerS} tokens a second within 1 ms beside the other work of this machine`;
  return `stamps ${tokensPerS} tokens a second${endedBy === "client" ? "" : " and more"} within 1 ms`;
}

/** One sentence for each workload and rate that needs more than all of the client's cores, whatever the engine does. */
function beyondClient(calibration: Calibration, loads: readonly PlannedLoad[]): Set<string> {
  const messages = new Set<string>();
  if (calibration.endedBy === "machine") return messages;
  for (const { workload } of loads) {
    const asked = askedBefore(workload);
    if (asked !== null && neededShare(calibration, asked) > 1)
      messages.add(`${workload.name} will be INVALID: ${neededInWords(calibration, asked)}`);
  }
  return messages;
}

/** What a load asks of the client, as far as it is known before it is run: of an open loop whose answers have forced lengths. Else null. */
export function askedBefore(workload: Workload): AskedOfClient | null {
  const tokensPerRequest = forcedTokens(workload);
  const requestsPerS = workload.load.rate;
  if (tokensPerRequest === null || requestsPerS === undefined || !isOpenLoop(workload)) return null;
  return { requestsPerS, tokensPerRequest, workers: workload.load.workers ?? 1 };
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
