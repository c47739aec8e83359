import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyseStudy } from "../../../src/commands/report/analyse-study.ts";
import { trialFolder, writeTrial } from "../../../src/store/index.ts";
import { studyRecord, writeStudyRecord } from "../../../src/store/study-file.ts";
import { realFiles } from "../../../src/world/files.ts";
import type { World } from "../../../src/world/world.ts";
import { fakeObservation } from "../../support/fake-observation.ts";
import { fakeTrial } from "../../support/fake-trials.ts";
import { searchedPlan } from "../../support/searched-study.ts";
import { flipBit } from "../../support/sealed-study.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const clock = { wall: () => "2026-01-01T00:00:00.000Z" };
const world = { files: realFiles, clock, machine: { workingFolder: "/" } } as unknown as World;
const plan = searchedPlan({ peak: null });
const record = studyRecord(plan, "matrices/test.yaml");
const samples = 40;

/** A study's folder with an accuracy trial of each row. */
async function accurateStudy() {
  const results = temporaryFolder();
  await writeStudyRecord(world, results, record);
  const folders: string[] = [];
  for (const experiment of plan.experiments) {
    const trial = { ...fakeTrial(experiment, { purpose: "accuracy", fidelity: "screen" }), study: record.name };
    const outputs = Array.from({ length: samples }, (_, index) => ({
      sample: index + 1,
      prediction: `says ${index + 1}`,
      reference: `means ${index + 1}`,
      rouge1: 30 + (index % 7),
      rouge2: null,
      rougeL: null,
      rougeLsum: null,
    }));
    await writeTrial(world, results, trial, { observation: fakeObservation(samples + 1, 3), outputs });
    folders.push(trialFolder(join(results, record.name), trial.spec));
  }
  return { results, folders };
}

describe("analyseStudy", () => {
  it("analyses what a study's folder holds, answers included", async () => {
    const { results } = await accurateStudy();
    const found = await analyseStudy(world, results, record.name);
    if (!found.ok) throw new Error(found.problem.message);
    expect(found.value.leftOut).toEqual([]);
    expect(found.value.analysis.trials).toHaveLength(2);
    expect(found.value.analysis.accuracy).toMatchObject([{ treatment: "fp8", figures: [{ n: samples }] }]);
  });

  it.each(["cut off", "edited"])("leaves out answers that are %s, and names them", async (damage) => {
    const { results, folders } = await accurateStudy();
    const path = join(folders[1]!, "outputs.parquet");
    if (damage === "edited") flipBit(path);
    else writeFileSync(path, "no parquet");
    const found = await analyseStudy(world, results, record.name);
    if (!found.ok) throw new Error(found.problem.message);
    expect(found.value.analysis.accuracy).toEqual([]);
    expect(found.value.leftOut).toMatchObject([
      { path: folders[1], why: expect.stringContaining("outputs.parquet") as string },
    ]);
  });

  it("is a failure where the study was never run", async () => {
    const found = await analyseStudy(world, temporaryFolder(), "nothing");
    expect(found).toMatchObject({ ok: false, problem: { code: "no-such-study" } });
  });
});
