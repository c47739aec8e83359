import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyFolder } from "../../src/store/manifest.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realFiles } from "../../src/world/files.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = { files: realFiles };

describe("verifyFolder", () => {
  it("names every file that is missing, changed or added, or cannot be read", async () => {
    const trial = fakeTrial(fakeExperiment("a", 0, {}));
    const written = await writeTrial(world, temporaryFolder(), trial, {
      observation: fakeObservation(2, 2),
      outputs: null,
    });
    const folder = written.ok ? written.value : "";
    rmSync(join(folder, "tokens.parquet"));
    writeFileSync(join(folder, "trial.json"), "{}");
    rmSync(join(folder, "requests.parquet"));
    symlinkSync("requests.parquet", join(folder, "requests.parquet"));
    writeFileSync(join(folder, "extra.txt"), "");
    writeFileSync(join(folder, ".hidden"), "");
    const verified = await verifyFolder(world, folder);
    expect(verified.ok && verified.value.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      "unreadable requests.parquet",
      "missing tokens.parquet",
      "changed trial.json",
      "added extra.txt",
    ]);
  });

  it("says where there is no manifest to hold the files against", async () => {
    const folder = temporaryFolder();
    expect(await verifyFolder(world, folder)).toMatchObject({ ok: false, problem: { code: "manifest-unreadable" } });
    writeFileSync(join(folder, "MANIFEST.json"), '{"format":"ceteris.manifest/2","files":[]}');
    expect(await verifyFolder(world, folder)).toMatchObject({ ok: false, problem: { code: "manifest-unreadable" } });
  });
});
