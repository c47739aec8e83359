import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLaunches, writeLaunch } from "../../src/store/launches.ts";
import { readLedger } from "../../src/store/ledger.ts";
import { readTrials } from "../../src/store/read-trials.ts";
import { readStored, trialFormat, type StoredFormat } from "../../src/store/stored-format.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realFiles } from "../../src/world/files.ts";
import { fakeStackedStudy } from "../support/fake-study.ts";
import { fakeLaunch } from "../support/fake-trials.ts";
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
    const read = await readTrials(world, study);
    expect(read.ok && read.value.map(({ spec }) => spec.position)).toEqual(positions);

    const broken = join(study, "exp1_broken", "trial-1");
    mkdirSync(broken, { recursive: true });
    expect(await readTrials(world, study)).toMatchObject({
      ok: false,
      problem: { code: "trial-incomplete", message: expect.stringContaining(join(broken, "trial.json")) },
    });
    writeFileSync(join(broken, "trial.json"), "{");
    expect(await readTrials(world, study)).toMatchObject({ ok: false, problem: { code: "stored-file-broken" } });
  });

  it("is empty where there is no study", async () => {
    expect(await readTrials(world, join(temporaryFolder(), "none"))).toEqual({ ok: true, value: [] });
  });
});

describe("readStored", () => {
  it("refuses a newer major by its path, and another format", () => {
    expect(readStored(trialFormat, '{"format": "ceteris.trial/2"}', "a/trial.json")).toMatchObject({
      ok: false,
      problem: { code: "stored-format-newer", message: expect.stringContaining("a/trial.json is ceteris.trial/2") },
    });
    for (const text of ['{"format": "ceteris.launch/1"}', "{}", "[]", '{"format": "ceteris.trial/x"}'])
      expect(readStored(trialFormat, text, "p")).toMatchObject({
        ok: false,
        problem: { code: "stored-format-unknown" },
      });
  });

  it("brings an older major up step by step, in memory", () => {
    const format: StoredFormat = {
      name: "ceteris.example",
      major: 3,
      upgrades: {
        1: ({ old_name, ...rest }) => ({ ...rest, new_name: old_name ?? null }),
        2: (stored) => ({ ...stored, added_later: [] }),
      },
    };
    expect(readStored(format, '{"format": "ceteris.example/1", "old_name": 5}', "p")).toEqual({
      ok: true,
      value: { format: "ceteris.example/3", newName: 5, addedLater: [] },
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
    for (const launch of launches.toReversed()) await writeLaunch(world, study, launch);
    mkdirSync(join(study, "launches", "never-started"));

    expect(await readLaunches(world, study)).toEqual(launches);
    const read = await readLedger(world, study);
    const ledger = read.ok ? read.value : { trials: [] };
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
      devices: { host: "bench-1", gpus: "GPU-1 570.1", engine: "fake 0.32.0" },
      startedAt: "2026-01-01T01:00:00.000Z",
      endedAt: "2026-01-01T01:10:00.000Z",
    });
    expect(ledger.trials.filter(({ startupS }) => startupS !== null)).toHaveLength(3);
  });
});
