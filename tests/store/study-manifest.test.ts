import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { fromDisk } from "../../src/schema/disk.ts";
import type { Json } from "../../src/schema/json.ts";
import type { StudyRecord } from "../../src/schema/study-record.ts";
import { sealLaunch, sealStudy, verifyStudy, writeStudyRecord } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { filesBelow, flipBit, useSealedStudies } from "../support/sealed-study.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const sealedStudyIn = useSealedStudies(world);
let study: string;
beforeEach(() => {
  study = sealedStudyIn(temporaryFolder());
});
const whole = { differences: [], newer: [], notes: [] };

describe("the manifests of a study", () => {
  it("cover every file that a run leaves", async () => {
    expect(await verifyStudy(world, study)).toEqual({ trials: 4, launches: 4, ...whole });
    const files = filesBelow(study);
    expect(files.filter((file) => file.endsWith("MANIFEST.json"))).toHaveLength(9);
    for (const file of files) {
      const path = join(study, file);
      const before = readFileSync(path);
      flipBit(path);
      const { differences } = await verifyStudy(world, study);
      writeFileSync(path, before);
      const said = basename(file) === "MANIFEST.json" ? "MANIFEST.json" : basename(file);
      expect([file, differences.filter((line) => line.includes(said))]).toEqual([
        file,
        expect.arrayContaining([expect.any(String)]),
      ]);
    }
    expect(await verifyStudy(world, study)).toMatchObject(whole);
  });

  it("name a trial's folder that is gone, and one whose manifest was made again", async () => {
    const [first, second] = readdirSync(join(study, "launches"));
    rmSync(join(study, "launches", first!), { recursive: true });
    writeFileSync(join(study, "launches", second!, "server.log"), "INFO nothing to see\n");
    await sealLaunch(world, join(study, "launches", second!));
    const { differences } = await verifyStudy(world, study);
    expect(differences).toEqual([
      `launches/${first}/MANIFEST.json is not there`,
      expect.stringMatching(new RegExp(`^launches/${second}/MANIFEST.json has another sha256`)),
    ]);
  });

  it("are not needed in folders of earlier versions, and what they do not cover is said", async () => {
    rmSync(join(study, "MANIFEST.json"));
    for (const launch of readdirSync(join(study, "launches"))) rmSync(join(study, "launches", launch, "MANIFEST.json"));
    const { differences, newer, notes } = await verifyStudy(world, study);
    expect([differences, newer]).toEqual([[], []]);
    expect(notes).toEqual([
      expect.stringMatching(/^4 launches, the first launches\/0001-\S+, have no manifest/),
      expect.stringContaining("study.json and matrix.yaml are under no manifest"),
    ]);
    await sealStudy(world, study, null);
    expect(await verifyStudy(world, study)).toMatchObject(whole);
  });

  it("say which trials came after the study's own", async () => {
    const [experiment] = readdirSync(study).filter((name) => name.startsWith("exp"));
    const [trial] = readdirSync(join(study, experiment!));
    const kept = join(temporaryFolder(), "kept");
    cpSync(join(study, experiment!, trial!), kept, { recursive: true });
    rmSync(join(study, experiment!, trial!), { recursive: true });
    await sealStudy(world, study, null);
    cpSync(kept, join(study, experiment!, trial!), { recursive: true });
    expect(await verifyStudy(world, study)).toMatchObject({ differences: [], newer: [`${experiment}/${trial}`] });
  });

  it("go before the study's record is written otherwise, and stay where it is written as it is", async () => {
    const results = dirname(study);
    const stored = JSON.parse(readFileSync(join(study, "study.json"), "utf8")) as Json;
    const record = fromDisk<StudyRecord>(stored);
    await writeStudyRecord(world, results, record);
    expect(readdirSync(study)).toContain("MANIFEST.json");
    await writeStudyRecord(world, results, { ...record, question: "Another?" });
    expect(readdirSync(study)).not.toContain("MANIFEST.json");
    expect(await verifyStudy(world, study)).toMatchObject({ differences: [] });
  });

  it("are written for a launch that has ended, and for no other", async () => {
    const folder = join(study, "launches", "0009-open");
    mkdirSync(folder);
    await sealLaunch(world, folder);
    expect(await verifyStudy(world, study)).toEqual({ trials: 4, launches: 4, ...whole });
    const [closed] = readdirSync(join(study, "launches"));
    const launch = JSON.parse(readFileSync(join(study, "launches", closed!, "launch.json"), "utf8")) as object;
    writeFileSync(join(folder, "launch.json"), JSON.stringify({ ...launch, ended_at: null }));
    await sealLaunch(world, folder);
    expect(readdirSync(folder)).toEqual(["launch.json"]);
  });
});
