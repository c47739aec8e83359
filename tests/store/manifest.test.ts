import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyStudy, verifyTrial } from "../../src/store/manifest.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realFiles } from "../../src/world/files.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = { files: realFiles };

describe("verifyTrial", () => {
  it("names every file that is missing, changed or added", async () => {
    const trial = fakeTrial(fakeExperiment("a", 0, {}));
    const results = temporaryFolder();
    const written = await writeTrial(world, results, trial, { observation: fakeObservation(2, 2), outputs: null });
    const folder = written.ok ? written.value : "";
    rmSync(join(folder, "tokens.parquet"));
    writeFileSync(join(folder, "trial.json"), "{}");
    writeFileSync(join(folder, "extra.txt"), "");
    const verified = await verifyTrial(world, folder);
    expect(verified.ok && verified.value.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      "missing tokens.parquet",
      "changed trial.json",
      "added extra.txt",
    ]);
    const study = await verifyStudy(world, join(results, "fake-study"));
    expect([study.trials, study.differences.length]).toEqual([1, 4]);
    expect(study.differences[3]).toContain(": left out: ");
    expect(study.differences[0]).toBe(`${trial.spec.experimentId}/${trial.spec.trialId}: tokens.parquet is not there`);
  });

  it("says where there is no manifest to hold the files against", async () => {
    const folder = temporaryFolder();
    expect(await verifyTrial(world, folder)).toMatchObject({ ok: false, problem: { code: "manifest-unreadable" } });
    writeFileSync(join(folder, "MANIFEST.json"), '{"format":"ceteris.manifest/2","files":[]}');
    expect(await verifyTrial(world, folder)).toMatchObject({ ok: false, problem: { code: "manifest-unreadable" } });
  });
});
