import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastOrdinal, readLaunches } from "../../src/store/launches.ts";
import { readLedger } from "../../src/store/ledger.ts";
import { readTrials } from "../../src/store/read-trials.ts";
import { readStored, trialFormat, type StoredFormat } from "../../src/schema/stored-format.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { realFiles } from "../../src/world/files.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeStackedStudy } from "../support/fake-study.ts";
import { fakeLaunch } from "../support/fake-trials.ts";
import { storeLaunch } from "../support/store-launch.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = { files: realFiles };
const nothing = { observation: null, outputs: null };

describe("readTrials", () => {
  it("reads all of a study in the plan's order, and names what it cannot read", async () => {
    const results = temporaryFolder();
    const { trials } = fakeStackedStudy();
    for (const trial of trials.toReversed()) await writeTrial(world, results, trial, nothing);
    const study = join(results, "fake-study");
    const positions = trials.map(({ spec }) => spec.position).toSorted((left, right) => left - right);
    const { read, leftOut } = await readTrials(world, study);
    expect(read.map(({ spec }) => spec.position)).toEqual(positions);
    expect(leftOut).toEqual([]);
  });

  it.each([
    ["no file", null, /trial\.json is not there$/],
    ["no JSON", "{", /is not JSON$/],
    ["another format", '{"format": "ceteris.launch/1"}', /says format "ceteris\.launch\/1"/],
    ["a newer format", '{"format": "ceteris.trial/2"}', /is ceteris\.trial\/2; this version reads up to/],
    ["a part of it", '{"format": "ceteris.trial/1", "study": "s"}', /has no text `spec\.trial_id`$/],
    ["a list", "[]", /says format null/],
    ["nothing", "", /is not JSON$/],
  ])("leaves out what cannot be read, by its name, and keeps the others: %s", async (_what, text, why) => {
    const results = temporaryFolder();
    const { trials } = fakeStackedStudy();
    for (const trial of trials) await writeTrial(world, results, trial, nothing);
    const study = join(results, "fake-study");
    const broken = join(study, "exp1_broken", "trial-1");
    mkdirSync(broken, { recursive: true });
    if (text !== null) writeFileSync(join(broken, "trial.json"), text);
    const { read, leftOut } = await readTrials(world, study);
    expect(read).toHaveLength(trials.length);
    expect(leftOut).toMatchObject([{ path: broken, trialId: "trial-1", why: expect.stringMatching(why) as string }]);
    if (text?.includes("trial/2")) expect(leftOut[0]?.mend).toMatch(/^Use the version of ceteris that wrote it/);
    else
      expect(leftOut[0]?.mend).toContain(
        `mv ${broken} ${join(study, "exp1_broken", ".unreadable-trial-1")} && ceteris run`,
      );
  });

  it("leaves out a trial that says what cannot be, one that stands there twice, and one whose folder was renamed", async () => {
    const results = temporaryFolder();
    const [first, second, third] = fakeStackedStudy().trials as [Trial, Trial, Trial];
    const negative = { ...first.measurements[0]!, metric: "output_throughput", unit: "tok/s", value: -5 };
    await writeTrial(world, results, { ...first, measurements: [negative] }, nothing);
    const written = await writeTrial(world, results, second, nothing);
    const folder = written.ok ? written.value : "";
    cpSync(folder, `${folder}-copy`, { recursive: true });
    const renamed = await writeTrial(world, results, third, nothing);
    const place = renamed.ok ? renamed.value : "";
    renameSync(place, join(place, "../kept"));
    const study = join(results, "fake-study");
    const { read, leftOut } = await readTrials(world, study);
    expect(read.map(({ spec }) => spec.trialId)).toEqual([second.spec.trialId]);
    const said = leftOut.map(({ why }) => why).join("\n");
    expect(leftOut).toHaveLength(3);
    expect(said).toContain(`holds a copy of trial ${second.spec.trialId}`);
    expect(said).toContain(`kept was renamed: it holds trial ${third.spec.trialId}`);
    expect(said).toContain("says output_throughput -5 tok/s, which cannot be");
    const back = leftOut.find(({ trialId }) => trialId === third.spec.trialId)?.mend.split(": ")[1] ?? "";
    execFileSync("sh", ["-c", back]);
    cpSync(dirname(place), `${dirname(place)}-backup`, { recursive: true });
    const again = await readTrials(world, study);
    expect(again.read.map(({ spec }) => spec.trialId)).toEqual([second, third].map(({ spec }) => spec.trialId));
    expect(again.leftOut.map(({ why }) => why).join("\n")).toContain(`-backup/${third.spec.trialId} holds a copy`);
  });

  it("leaves out a trial of another study, and none where the study's folder was renamed", async () => {
    const results = temporaryFolder();
    const [first, second] = fakeStackedStudy().trials as [Trial, Trial];
    await writeTrial(world, results, first, nothing);
    const written = await writeTrial(world, results, { ...second, study: "other" }, nothing);
    const study = join(results, "fake-study");
    writeFileSync(join(study, "study.json"), '{"name": "fake-study"}');
    const copied = join(study, second.spec.experimentId, second.spec.trialId);
    cpSync(written.ok ? written.value : "", copied, { recursive: true });
    const { read, leftOut } = await readTrials(world, study);
    expect(read.map(({ spec }) => spec.trialId)).toEqual([first.spec.trialId]);
    expect(leftOut).toMatchObject([
      { path: copied, trialId: second.spec.trialId, why: `${copied} is a trial of the study other` },
    ]);
    rmSync(copied, { recursive: true });
    renameSync(study, join(results, "kept"));
    expect(await readTrials(world, join(results, "kept"))).toMatchObject({ read: [first], leftOut: [] });
  });

  it.each([
    ["trial.json was edited", /trial\.json was edited since it was written/],
    ["its manifest is gone", /there is no MANIFEST\.json/],
    ["its manifest is cut off", /MANIFEST\.json cannot be read/],
  ])("reads a trial as INVALID, and names it, where %s", async (damage, why) => {
    const results = temporaryFolder();
    const [trial] = fakeStackedStudy().trials as [Trial];
    const written = await writeTrial(world, results, trial, nothing);
    const folder = written.ok ? written.value : "";
    const path = join(folder, damage.startsWith("trial") ? "trial.json" : "MANIFEST.json");
    const text = readFileSync(path, "utf8");
    if (damage.endsWith("gone")) rmSync(path);
    else writeFileSync(path, damage.endsWith("off") ? text.slice(0, 50) : text.replace("1089", "1989"));
    const { read, leftOut } = await readTrials(world, join(results, "fake-study"));
    expect(read).toMatchObject([
      { spec: trial.spec, verdict: { status: "INVALID", reason: expect.stringMatching(why) as string } },
    ]);
    expect(leftOut).toMatchObject([
      {
        path: folder,
        trialId: null,
        why: expect.stringMatching(why) as string,
        mend: expect.stringContaining("--retry invalid") as string,
      },
    ]);
  });

  it("names a file beside trial.json that is gone or cut off, and keeps the trial", async () => {
    const results = temporaryFolder();
    const [trial] = fakeStackedStudy().trials as [Trial];
    const written = await writeTrial(world, results, trial, { observation: fakeObservation(2, 2), outputs: null });
    const folder = written.ok ? written.value : "";
    rmSync(join(folder, "tokens.parquet"));
    truncateSync(join(folder, "requests.parquet"), 100);
    const { read, leftOut } = await readTrials(world, join(results, "fake-study"));
    expect(read).toEqual([trial]);
    expect(leftOut).toMatchObject([{ path: folder, trialId: null, mend: expect.stringContaining("mv ") as string }]);
    expect(leftOut[0]?.why).toMatch(
      /is not as it was written: requests\.parquet has 100 bytes, and had \d+; tokens\.parquet is not there$/,
    );
  });

  it("leaves out a file that this user may not read, and says so", async () => {
    const results = temporaryFolder();
    const [trial] = fakeStackedStudy().trials as [Trial];
    await writeTrial(world, results, trial, nothing);
    const readText = async (path: string): Promise<string | null> => {
      if (path.endsWith("trial.json")) throw Object.assign(new Error("permission denied"), { code: "EACCES" });
      return realFiles.readText(path);
    };
    const { leftOut } = await readTrials({ files: { ...realFiles, readText } }, join(results, "fake-study"));
    expect(leftOut).toMatchObject([
      { trialId: trial.spec.trialId, mend: expect.stringContaining("chmod u+r") as string },
    ]);
  });

  it("is empty where there is no study", async () => {
    expect(await readTrials(world, join(temporaryFolder(), "none"))).toEqual({ read: [], leftOut: [] });
  });
});

describe("readStored", () => {
  it("refuses a newer major by its path, and another format", () => {
    expect(readStored(trialFormat, '{"format": "ceteris.trial/2"}', "a/trial.json", "mend")).toMatchObject({
      ok: false,
      problem: { code: "stored-format-newer", message: expect.stringContaining("a/trial.json is ceteris.trial/2") },
    });
    for (const text of ['{"format": "ceteris.launch/1"}', "{}", "[]", '{"format": "ceteris.trial/x"}'])
      expect(readStored(trialFormat, text, "p", "mend")).toMatchObject({
        ok: false,
        problem: { code: "stored-format-unknown", hint: "mend" },
      });
  });

  it("brings an older major up step by step, in memory", () => {
    const format: StoredFormat = {
      name: "ceteris.example",
      major: 3,
      broken: () => null,
      upgrades: {
        1: ({ old_name, ...rest }) => ({ ...rest, new_name: old_name ?? null }),
        2: (stored) => ({ ...stored, added_later: [] }),
      },
    };
    expect(readStored(format, '{"format": "ceteris.example/1", "old_name": 5}', "p", "mend")).toEqual({
      ok: true,
      value: { format: "ceteris.example/3", new_name: 5, added_later: [] },
    });
  });
});

describe("launches and ledger", () => {
  it("come back as they were written, in order", async () => {
    const results = temporaryFolder();
    const study = join(results, "fake-study");
    const { trials } = fakeStackedStudy();
    for (const trial of trials) await writeTrial(world, results, trial, nothing);
    const launches = trials.slice(0, 3).map((trial, index) => fakeLaunch(trial, index + 1));
    for (const launch of launches.toReversed()) await storeLaunch(world, study, launch);
    mkdirSync(join(study, "launches", "never-started"));

    expect(await readLaunches(world, study)).toEqual({ read: launches, leftOut: [] });
    const { ledger } = await readLedger(world, study, ({ spec }) => spec.trialId);
    expect(ledger.trials).toHaveLength(trials.length);
    expect(ledger.trials[0]).toEqual({
      trialId: trials[0]?.spec.trialId,
      experimentId: trials[0]?.spec.experimentId,
      purpose: "performance",
      fidelity: "valid",
      replicate: 1,
      attempt: 1,
      status: "VALID",
      loadS: 600,
      startupS: 38.5,
      block: 1,
      position: 100,
      seeds: { order: 1, load: 2, dataset: 3 },
      devices: { host: "bench-1", gpus: { null: "GPU-1 570.1" }, engine: { '["fake",null,null]': "fake 0.32.0" } },
      startedAt: "2026-01-01T01:00:00.000Z",
      endedAt: "2026-01-01T01:10:00.000Z",
    });
    expect(ledger.trials.filter(({ startupS }) => startupS !== null)).toHaveLength(3);
  });

  it("leaves out a launch that cannot be read, and counts launches by their folders", async () => {
    const study = join(temporaryFolder(), "fake-study");
    const [trial] = fakeStackedStudy().trials as [Trial];
    const launch = { ...fakeLaunch(trial, 1), id: "0001-a" };
    await storeLaunch(world, study, launch);
    const broken = join(study, "launches", "0007-b");
    mkdirSync(broken);
    for (const text of ["{", '{"format": "ceteris.launch/1", "id": "0007-b"}']) {
      writeFileSync(join(broken, "launch.json"), text);
      const { read, leftOut } = await readLaunches(world, study);
      expect(read).toEqual([launch]);
      expect(leftOut).toMatchObject([{ path: join(broken, "launch.json"), trialId: null }]);
      expect(leftOut[0]?.mend).toContain(`mv ${join(broken, "launch.json")} ${join(broken, "launch.json.unreadable")}`);
    }
    expect(await lastOrdinal(world, study)).toBe(7);
  });
});
