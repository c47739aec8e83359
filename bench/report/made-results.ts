import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createVirtualLaboratory, type VirtualEngine } from "../../tests/laboratory/virtual-laboratory.ts";
import { fakeObservation } from "../../tests/support/fake-observation.ts";
import { fakeLaunch } from "../../tests/support/fake-trials.ts";
import { rules } from "../../src/checks/index.ts";
import { measure } from "../../src/metrics/index.ts";
import { loadPlan } from "../../src/plan/index.ts";
import { toDisk } from "../../src/schema/disk.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import type { Trial, Check } from "../../src/schema/trial.ts";
import { launchFolder, studyRecord, writeStudyRecord, writeTrial, type TrialFiles } from "../../src/store/index.ts";
import { writeManifest } from "../../src/store/manifest.ts";
import { concurrently } from "../../src/world/concurrently.ts";
import type { World } from "../../src/world/world.ts";

/** Trials of a study in a round of its blocks: the baseline twice, and its changes. */
const PER_BLOCK = 100;
const TOKENS_OF_REQUEST = 4;

/** A made study: how many blocks of 100 trials, and requests of each trial. SIMULATED by a virtual engine of numbers. */
export interface MadeStudy {
  name: string;
  blocks: number;
  requests: number;
  /** Blocks that are done; all where it is absent. */
  done?: number;
}

/** A study of 98 changes, each in every block. */
const matrixOf = ({ name, blocks }: MadeStudy): string => `study: ${name}
question: Is a large study handled in time?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 16 } }
design:
  kind: isolation
  changes: [${Array.from({ length: PER_BLOCK - 2 }, (_, at) => `{ id: seqs${at + 17}, set: { max_num_seqs: ${at + 17} } }`).join(", ")}]
workloads:
  - { scenario: closed, load: { concurrency: 16 }, dataset: { kind: synthetic, profile: chat } }
fidelity: valid
repeats: ${blocks}
`;

/**
 * Writes the matrix, the study, its launches and its trials by the store's own code, in the shape of measured ones; answers with
 * the matrix's path. All trials have the same requests: the store writes those of the first, and the others get copies.
 */
export async function makeResults(world: World, resultsFolder: string, made: MadeStudy): Promise<string> {
  // What a power failure would take does not matter here.
  const files = { ...world.files, sync: async () => undefined, writeText: writeUnflushed };
  const matrix = join(resultsFolder, "..", `${made.name}.yaml`);
  await files.writeText(matrix, matrixOf(made));
  const { plan, diagnostics } = await loadPlan(world, { matrix });
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  if (plan === null || wrong !== undefined) throw new Error(wrong?.message);
  const effects = plan.experiments.map(({ knobs }, index) => ({ knobs, throughput: 0.9 + index / 400 }));
  const engine: VirtualEngine = {
    throughput: 1000,
    effects,
    noise: { kind: "gaussian", sd: 0.02 },
    driftPerTrial: 0,
    launchSd: 0.005,
    invalidShare: 0.01,
  };
  const run = createVirtualLaboratory(engine, plan.experiments, "report");
  const observation = fakeObservation(made.requests, TOKENS_OF_REQUEST);
  const usual = measure({ observation, workload: plan.study.workloads[0]!, gpus: 1 });
  await writeStudyRecord(world, resultsFolder, studyRecord(plan, matrix));
  const write = async (trial: Trial, ordinal: number, own: TrialFiles["observation"]): Promise<string> => {
    const written = await writeTrial({ files }, resultsFolder, trial, { observation: own, outputs: null });
    if (!written.ok) throw new Error(written.problem.message);
    const launch = launchFolder(join(resultsFolder, made.name), trial.launchId!);
    await files.writeText(
      join(launch, "launch.json"),
      `${JSON.stringify(toDisk(fakeLaunch(trial, ordinal)), null, 1)}\n`,
    );
    return written.value;
  };
  const done = plan.trials.filter(({ block }) => block <= (made.done ?? made.blocks));
  const trials = done.map((spec) => asMeasured({ ...run(spec), study: made.name }, usual));
  const first = await write(trials[0]!, 1, observation);
  const columns = (await files.list(first)).filter((name) => name.endsWith(".parquet"));
  const writeAlike = async ([index, trial]: [number, Trial]): Promise<void> => {
    const folder = await write(trial, index + 2, null);
    await Promise.all(columns.map((name) => copyFile(join(first, name), join(folder, name))));
    await writeManifest({ files }, folder);
  };
  for await (const _ of concurrently(trials.slice(1).entries(), 8, writeAlike));
  return matrix;
}

async function writeUnflushed(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
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
