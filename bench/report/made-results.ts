import { join } from "node:path";
import { createVirtualLaboratory, type VirtualEngine } from "../../tests/laboratory/virtual-laboratory.ts";
import { fakeObservation } from "../../tests/support/fake-observation.ts";
import { fakeLaunch } from "../../tests/support/fake-trials.ts";
import { makeStudy, makeWorkload } from "../../tests/support/make-study.ts";
import { rules } from "../../src/checks/index.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { measure } from "../../src/metrics/index.ts";
import { toDisk } from "../../src/schema/disk.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import type { Trial } from "../../src/schema/trial.ts";
import type { Check } from "../../src/schema/verdict.ts";
import { launchFolder, studyRecord, writeStudyRecord, writeTrial } from "../../src/store/index.ts";
import type { World } from "../../src/world/world.ts";

/** Trials of a study in a round of its blocks: the baseline twice, and its changes. */
const PER_BLOCK = 100;
const TOKENS_OF_REQUEST = 4;

/** A made study: how many blocks of 100 trials, and requests of each trial. SIMULATED by a virtual engine of numbers. */
export interface MadeStudy {
  name: string;
  blocks: number;
  requests: number;
}

/** Writes the study, its launches and its trials by the store's own code, in the shape of measured ones; answers with the number of trials. */
export async function makeResults(world: World, resultsFolder: string, made: MadeStudy): Promise<number> {
  const workload = makeWorkload();
  const changes = Array.from({ length: PER_BLOCK - 2 }, (_, index) => ({
    id: `seqs${index + 17}`,
    label: `max_num_seqs ${index + 17}`,
    set: { max_num_seqs: index + 17 },
    pointer: `/design/changes/${index}`,
  }));
  const study = makeStudy(
    { kind: "isolation", changes },
    {
      name: made.name,
      question: "Is the report of a large study made in time?",
      repeats: made.blocks,
      fidelity: "valid",
    },
  );
  const expansion = expandStudy(study);
  const specs = orderTrials(study, expansion);
  const effects = changes.map(({ set }, index) => ({ knobs: set, throughput: 0.9 + index / 400 }));
  const engine: VirtualEngine = {
    throughput: 1000,
    effects,
    noise: { kind: "gaussian", sd: 0.02 },
    driftPerTrial: 0,
    launchSd: 0.005,
    invalidShare: 0.01,
  };
  const run = createVirtualLaboratory(engine, expansion.experiments, "report");
  const observation = fakeObservation(made.requests, TOKENS_OF_REQUEST);
  const usual = measure({ observation, workload, gpus: 1 });
  const { experiments, contrasts } = expansion;
  const plan = { study, experiments, contrasts, expansion, trials: specs, diagnostics: [] };
  await writeStudyRecord(world, resultsFolder, { ...studyRecord(plan, "matrices/made.yaml"), origin: "simulated" });
  for (const [index, spec] of specs.entries()) {
    const trial = asMeasured({ ...run(spec), study: made.name }, usual);
    const written = await writeTrial(world, resultsFolder, trial, { observation, outputs: null });
    if (!written.ok) throw new Error(written.problem.message);
    const launch = join(launchFolder(join(resultsFolder, made.name), trial.launchId!), "launch.json");
    await world.files.writeText(launch, `${JSON.stringify(toDisk(fakeLaunch(trial, index + 1)), null, 1)}\n`);
  }
  return specs.length;
}

/** A virtual trial with all the figures, checks and facts that a measured one has, so that its file is as long. */
function asMeasured(trial: Trial, usual: readonly Measurement[]): Trial {
  const own = new Set(trial.measurements.map(({ metric, stat }) => `${metric} ${stat}`));
  const checks = rules.slice(0, 12).map(({ id, remedy }): Check => ({
    id,
    status: "pass",
    value: 1,
    limit: 2,
    margin: 1,
    unit: "s",
    message: "within its limit",
    remedy,
  }));
  const resolvedConfiguration = Object.fromEntries(
    Array.from({ length: 80 }, (_, index) => [`scheduler_config.setting_${index}`, index]),
  );
  return {
    ...trial,
    gpus: 1,
    resolvedId: `res1_${trial.configurationId.slice(5)}`,
    resolvedConfiguration,
    provenance: {
      host: { hostname: "made", cpuModel: "none", cpus: 16, memoryBytes: 128e9, kernel: "6.1.0" },
      gpus: [{ name: "Made GPU", uuid: "GPU-1", driver: "570.1", memoryBytes: 80e9 }],
      engine: { name: "made", version: "1.0.0" },
      model: { name: "org/model-8B", commit: "abc123" },
      dataset: { name: "synthetic", sha256: "0".repeat(64), samples: 2500 },
      ceteris: { version: "0.1.0", commit: null, node: "v26" },
      missing: [],
    },
    measurements: [...trial.measurements, ...usual.filter(({ metric, stat }) => !own.has(`${metric} ${stat}`))],
    verdict: { ...trial.verdict, checks },
  };
}
