import { DuckDBInstance } from "@duckdb/node-api";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTrial, readTrials } from "../../src/store/read-trials.ts";
import { removePartials } from "../../src/store/leftovers.ts";
import { verifyFolder } from "../../src/store/manifest.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realFiles } from "../../src/world/files.ts";
import { claimLease } from "../../src/world/lease.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { Files } from "../../src/world/world.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = { files: realFiles };
const nothing = { observation: null, outputs: null };
const experiment = fakeExperiment("baseline", 0, { max_num_seqs: 16 });

async function rowsOf(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const rows = reader.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

function failingFiles(files: Partial<Files>): { files: Files } {
  return { files: { ...realFiles, ...files } };
}

describe("writeTrial", () => {
  it("leaves a whole folder: trial, columns, manifest", async () => {
    const results = temporaryFolder();
    const trial = fakeTrial(experiment, { throughput: 1234.5 });
    const written = await writeTrial(world, results, trial, {
      observation: fakeObservation(3, 4),
      outputs: [
        {
          sample: 7,
          prediction: "it's | a `test`\n",
          reference: "ein Tést",
          rouge1: 41.25,
          rouge2: 0,
          rougeL: 3,
          rougeLsum: 4,
        },
        { sample: 8, prediction: "", reference: null, rouge1: null, rouge2: null, rougeL: null, rougeLsum: null },
      ],
    });
    expect(written).toEqual({ ok: true, value: join(results, "fake-study", experiment.id, trial.spec.trialId) });
    const folder = written.ok ? written.value : "";
    expect(readdirSync(folder)).toEqual([
      "MANIFEST.json",
      "engine-metrics.parquet",
      "outputs.parquet",
      "requests.parquet",
      "telemetry.parquet",
      "tokens.parquet",
      "trial.json",
    ]);
    expect(await verifyFolder(world, folder)).toEqual({ ok: true, value: [] });
    expect(await readTrial(world, folder)).toEqual({ ok: true, value: trial });

    expect(await rowsOf(`FROM '${folder}/tokens.parquet' WHERE request = 1`)).toEqual([
      { request: 1, ordinal: 0, at_ms: 50, gap_ms: null, tokens: 1 },
      { request: 1, ordinal: 1, at_ms: 60, gap_ms: 10, tokens: 1 },
      { request: 1, ordinal: 2, at_ms: 70, gap_ms: 10, tokens: 1 },
      { request: 1, ordinal: 3, at_ms: 80, gap_ms: 10, tokens: 1 },
    ]);
    const [first] = await rowsOf(`FROM '${folder}/requests.parquet' ORDER BY request`);
    expect(first).toMatchObject({
      phase: "warmup",
      sample: 3,
      sent_ms: 1,
      end_ms: 80.001,
      session: null,
      finish: "stop",
    });
    expect(await rowsOf(`FROM '${folder}/engine-metrics.parquet'`)).toEqual([
      { name: "waiting", unit: "requests", at_s: 0, value: 4 },
      { name: "waiting", unit: "requests", at_s: 1, value: null },
      { name: "waiting", unit: "requests", at_s: 2, value: 0 },
    ]);
    expect(await rowsOf(`SELECT count(*)::INT n, any_value(name) AS name FROM '${folder}/telemetry.parquet'`)).toEqual([
      { n: 2, name: "client_cpu" },
    ]);
    expect(await rowsOf(`FROM '${folder}/outputs.parquet'`)).toEqual([
      {
        sample: 7,
        prediction: "it's | a `test`\n",
        reference: "ein Tést",
        rouge1: 41.25,
        rouge2: 0,
        rouge_l: 3,
        rouge_lsum: 4,
      },
      { sample: 8, prediction: "", reference: null, rouge1: null, rouge2: null, rouge_l: null, rouge_lsum: null },
    ]);
  });

  it("writes a failed trial with nothing but its record", async () => {
    const results = temporaryFolder();
    const written = await writeTrial(
      world,
      results,
      fakeTrial(experiment, { status: "FAILED", throughput: null }),
      nothing,
    );
    expect(written.ok && readdirSync(written.value)).toEqual(["MANIFEST.json", "trial.json"]);
  });

  it("takes more rows than a chunk of DuckDB holds", async () => {
    const results = temporaryFolder();
    const written = await writeTrial(world, results, fakeTrial(experiment), {
      observation: fakeObservation(50, 130),
      outputs: null,
    });
    const folder = written.ok ? written.value : "";
    expect(
      await rowsOf(
        `SELECT count(*)::INT n, count(gap_ms)::INT gaps, max(ordinal) AS last_one FROM '${folder}/tokens.parquet'`,
      ),
    ).toEqual([{ n: 6500, gaps: 6450, last_one: 129 }]);
  });

  it("never writes a trial twice", async () => {
    const results = temporaryFolder();
    const first = await writeTrial(world, results, fakeTrial(experiment, { throughput: 1 }), nothing);
    const before = first.ok ? readFileSync(join(first.value, "trial.json"), "utf8") : "";
    const second = await writeTrial(world, results, fakeTrial(experiment, { throughput: 2 }), nothing);
    expect(second).toMatchObject({ ok: false, problem: { code: "trial-exists" } });
    expect(first.ok && readFileSync(join(first.value, "trial.json"), "utf8")).toBe(before);
  });

  it.each([
    ["little room", { freeBytes: () => Promise.resolve(1000) }, "disk-full"],
    [
      "no room while writing",
      { writeText: () => Promise.reject(Object.assign(new Error("x"), { code: "ENOSPC" })) },
      "disk-full",
    ],
    [
      "no right to write",
      { makeFolder: () => Promise.reject(Object.assign(new Error("x"), { code: "EACCES" })) },
      "results-not-writable",
    ],
    [
      "a rename that finds it taken",
      { rename: () => Promise.reject(Object.assign(new Error("x"), { code: "ENOTEMPTY" })) },
      "trial-exists",
    ],
  ])("with %s it fails as a value and leaves nothing", async (_, files, code) => {
    const results = temporaryFolder();
    const written = await writeTrial(failingFiles(files), results, fakeTrial(experiment), {
      observation: fakeObservation(2, 2),
      outputs: null,
    });
    expect(written).toMatchObject({ ok: false, problem: { code } });
    const parent = join(results, "fake-study", experiment.id);
    expect(await realFiles.list(parent)).toEqual([]);
  });

  it("says so where its lease was taken over while it wrote, and leaves nothing", async () => {
    const results = temporaryFolder();
    const claimed = await claimLease(realWorld(), join(results, "lease"), { code: "", doing: "", hint: () => "" });
    if (!claimed.ok) throw new Error(claimed.problem.message);
    const lease = claimed.value;
    const takenOver = {
      sync: (path: string) => {
        for (const name of readdirSync(lease.folder)) rmSync(join(lease.folder, name), { recursive: true });
        return realFiles.sync(path);
      },
    };
    const written = await writeTrial(failingFiles(takenOver), results, fakeTrial(experiment), nothing, lease);
    expect(written).toMatchObject({ ok: false, problem: { code: "lease-lost" } });
    expect([readdirSync(lease.folder), readdirSync(join(results, "fake-study", experiment.id))]).toEqual([[], []]);
    await lease.release();
  });

  it("does not hide an internal error", async () => {
    const files = { rename: () => Promise.reject(new TypeError("a bug")) };
    await expect(writeTrial(failingFiles(files), temporaryFolder(), fakeTrial(experiment), nothing)).rejects.toThrow(
      "a bug",
    );
  });
});

describe("a run that was killed", () => {
  it("leaves a partial folder, which the next one neither reads nor keeps", async () => {
    const results = temporaryFolder();
    const study = join(results, "fake-study");
    const whole = fakeTrial(experiment);
    const killed = fakeTrial(experiment, { replicate: 2 });
    await writeTrial(world, results, whole, nothing);
    const partial = join(study, experiment.id, `.partial-${killed.spec.trialId}`);
    mkdirSync(partial);
    writeFileSync(join(partial, "trial.json"), JSON.stringify(killed));
    mkdirSync(join(study, "launches", "l1"), { recursive: true });
    writeFileSync(join(study, "launches", "l1", ".writing-1-2"), "{");

    expect(await readTrials(world, study)).toEqual({ read: [whole], leftOut: [] });
    expect(await removePartials(world, study)).toEqual([partial, join(study, "launches", "l1", ".writing-1-2")]);
    expect(readdirSync(join(study, experiment.id))).toEqual([whole.spec.trialId]);
    expect(await removePartials(world, study)).toEqual([]);
    expect((await writeTrial(world, results, killed, nothing)).ok).toBe(true);
  });
});
