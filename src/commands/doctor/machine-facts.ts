import { inFlightDefault } from "../../run/index.ts";
import { runsAlready, type Engine } from "../../schema/engine.ts";
import type { Experiment } from "../../schema/experiment.ts";
import type { Fidelity } from "../../schema/fidelity.ts";
import type { Assignment } from "../../schema/knob.ts";
import type { Plan } from "../../schema/plan.ts";
import { isOpenLoop } from "../../schema/scenario.ts";
import { listed, sutOf } from "../../schema/sut.ts";
import type { Workload } from "../../schema/workload.ts";
import { coreUse, gpuFacts, hostFacts, timeSync } from "../../telemetry/index.ts";
import type { World } from "../../world/world.ts";
import type { Configuration, GpusFound, MachineFacts, PlannedLoad } from "./facts.ts";

/** What of a matrix is to be run. */
export interface Wanted {
  plan: Plan;
  experiments: readonly Experiment[];
  /** By configuration; null where the model's files are not here, or nobody reads them. */
  weightBytes: ReadonlyMap<string, number | null>;
}

export interface MachineQuestion {
  /** Null where no matrix says what is to be run. */
  wanted: Wanted | null;
  /** True where the GPUs are of interest although the matrix starts nothing on them. */
  looksAtGpus: boolean;
  /** How long the cores are watched, in ms. */
  lookMs: number;
}

const amdTimeoutMs = 10_000;

/** The machine, and what a matrix asks of it. */
export async function machineFacts(
  world: World,
  { wanted, looksAtGpus, lookMs }: MachineQuestion,
): Promise<MachineFacts> {
  const configurations = wanted === null ? [] : configurationsOf(wanted);
  const usesGpus = looksAtGpus || configurations.some(({ gpus }) => gpus !== 0);
  // The cores are watched first, while nothing of ours runs.
  const cores = await coreUse(world, lookMs);
  const [host, gpus, synchronised] = await Promise.all([
    hostFacts(world),
    usesGpus ? lookAtGpus(world) : null,
    timeSync(world),
  ]);
  return {
    host: host.facts,
    cores,
    timeSync: synchronised,
    gpus,
    visibleDevices: listed(world.variables["CUDA_VISIBLE_DEVICES"]),
    configurations,
    loads: wanted === null ? [] : loadsOf(wanted),
  };
}

/** Those that are started on this machine: not what runs already, and not what is simulated. */
function configurationsOf({ plan, experiments, weightBytes }: Wanted): Configuration[] {
  const found = new Map<string, Configuration>();
  for (const { configurationId, labels, knobs, gpus = null } of experiments) {
    const sut = sutOf(plan.study, knobs);
    if (found.has(configurationId) || runsAlready(sut.engine) || sut.engine.origin === "simulated") continue;
    const bytes = weightBytes.get(configurationId) ?? null;
    found.set(configurationId, { name: labels.row, sut, knobs, gpus, weightBytes: bytes });
  }
  return [...found.values()];
}

/** Each workload once for each number of requests that it keeps open; experiments share a workload that they do not change. */
function loadsOf({ plan, experiments }: Wanted): PlannedLoad[] {
  const found = new Map<Workload, Map<number | null, PlannedLoad>>();
  for (const { workload, knobs } of experiments) {
    const { fidelity } = plan.study;
    const kept = inFlightOf(workload, sutOf(plan.study, knobs).engine, knobs);
    const inFlight = kept === null ? null : Math.min(kept, mostSent(workload, fidelity));
    found.getOrInsertComputed(workload, () => new Map()).set(inFlight, { workload, inFlight });
  }
  return [...found.values()].flatMap((known) => [...known.values()]);
}

function inFlightOf(workload: Workload, engine: Engine, knobs: Assignment): number | null {
  const { concurrency, max_in_flight: cap, batch_size: chunk } = workload.load;
  const bound = concurrency ?? cap ?? chunk;
  if (bound !== undefined) return bound;
  if (isOpenLoop(workload)) return null;
  return workload.scenario === "offline" ? inFlightDefault(engine, knobs) : 1;
}

/** No more than are sent are in flight. Not bounded where time or a ruleset decides how many that is. */
function mostSent({ counts, ruleset, warmupRequests }: Workload, fidelity: Fidelity): number {
  const { requests, seconds = 0 } = counts[fidelity];
  return ruleset === null && seconds === 0 ? Math.max(requests, warmupRequests) : Infinity;
}

async function lookAtGpus(world: World): Promise<GpusFound> {
  const { gpus, missing } = await gpuFacts(world, { devices: [], ownGroup: null });
  const why = (fact: string) => missing.find((one) => one.fact === fact)?.why ?? null;
  const isAmd =
    gpus.length === 0 && (await world.processes.run(["amd-smi", "version"], { timeoutMs: amdTimeoutMs })).code === 0;
  return { all: gpus, why: why("gpus"), isAmd, warning: why("gpus.health") };
}
