import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import {
  launchFolder,
  sealLaunch,
  sealStudy,
  studyRecord,
  writeStudyRecord,
  writeTrial,
} from "../../src/store/index.ts";
import type { World } from "../../src/world/world.ts";
import { fakeObservation } from "./fake-observation.ts";
import { fakeLaunch, fakeTrial } from "./fake-trials.ts";
import { makeStudy } from "./make-study.ts";
import { storeLaunch } from "./store-launch.ts";

/** What a run of an isolation of one change leaves below `resultsFolder`, in two blocks, sealed; the change is faster by half. Its folder. */
export async function sealedStudy(world: World, resultsFolder: string, name = "sealed"): Promise<string> {
  const study = makeStudy(
    { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
    { name, repeats: 2, accuracyNotApplicable: "nothing is measured" },
  );
  const expansion = expandStudy(study);
  const { experiments, contrasts } = expansion;
  const plan = { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };
  const folder = join(resultsFolder, name);
  await writeStudyRecord(world, resultsFolder, studyRecord(plan, "matrices/test.yaml"));
  writeFileSync(join(folder, "matrix.yaml"), `study: ${name}\n`);
  for (const [at, spec] of plan.trials.entries()) {
    const experiment = experiments.find(({ id }) => id === spec.experimentId)!;
    const throughput = (spec.experiment === "fp8" ? 1500 : 1000) + spec.position;
    const launchId = `000${at + 1}-${spec.trialId}`;
    const trial = {
      ...fakeTrial(experiment, { fidelity: "screen", status: "SCREENED", throughput, launchId }),
      spec,
      study: name,
    };
    const written = await writeTrial(world, resultsFolder, trial, {
      observation: fakeObservation(2, 2),
      outputs: null,
    });
    if (!written.ok) throw new Error(written.problem.message);
    await storeLaunch(world, folder, { ...fakeLaunch(trial, at + 1), id: launchId, study: name });
    mkdirSync(launchFolder(folder, launchId), { recursive: true });
    writeFileSync(join(launchFolder(folder, launchId), "server.log"), "INFO ready\n");
    await sealLaunch(world, launchFolder(folder, launchId));
  }
  await sealStudy(world, folder, null);
  return folder;
}

/** Copies of a sealed study that is made once for a test file. Call at its top. */
export function useSealedStudies(world: World): (resultsFolder: string) => string {
  let made: string;
  beforeAll(async () => {
    made = mkdtempSync(join(tmpdir(), "ceteris-sealed-"));
    await sealedStudy(world, made);
  });
  afterAll(() => rmSync(made, { recursive: true, force: true }));
  return (resultsFolder) => {
    cpSync(made, resultsFolder, { recursive: true });
    return join(resultsFolder, "sealed");
  };
}

/** Every file below a folder, relative to it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Flips one bit in the middle of a file. */
export function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = bytes[middle]! ^ 1;
  writeFileSync(path, bytes);
}
