import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, afterAll, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { buildIndex } from "../../src/index/build.ts";
import { columnViews } from "../../src/index/column-views.ts";
import { query, queryEach } from "../../src/index/query.ts";
import { recordViews } from "../../src/index/views.ts";
import {
  engineMetricsFile,
  outputsFile,
  requestsFile,
  telemetryFile,
  tokensFile,
} from "../../src/store/parquet-files.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeStackedStudy } from "../support/fake-study.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { storeLaunch } from "../support/store-launch.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const world = realWorld();
const nothing = { observation: null, outputs: null };
const temporaryFolder = useTemporaryFolders();

/** The fake study as folders, in a place whose name has quotes, blanks and brackets. */
async function fakeResults(parent: string): Promise<string> {
  const results = join(parent, "re'sul ts [1]");
  const { trials, launches } = fakeStackedStudy();
  for (const [index, trial] of trials.entries()) {
    await writeTrial(
      world,
      results,
      trial,
      index < 2 ? { observation: fakeObservation(3, 4), outputs: null } : nothing,
    );
  }
  for (const launch of launches) await storeLaunch(world, join(results, "fake-study"), launch);
  return results;
}

async function rows(results: string, sql: string): Promise<unknown> {
  const answer = await query(world, results, sql);
  return answer.ok ? answer.value.rows : answer.problem;
}

describe("an index of a study", () => {
  let parent = "";
  let results = "";
  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), "ceteris-test-"));
    results = await fakeResults(parent);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it("is built beside its place and leaves nothing else", async () => {
    expect(await buildIndex(world, results)).toEqual({
      ok: true,
      value: { path: join(results, "ceteris.duckdb"), trials: 12, leftOut: [] },
    });
    expect(readdirSync(results)).toEqual(["ceteris.duckdb", "fake-study"]);
  });

  it("has every documented view with the documented columns and types", async () => {
    for (const { name, columns } of recordViews) {
      expect({
        name,
        columns: await rows(results, `SELECT column_name, column_type FROM (DESCRIBE "${name}")`),
      }).toEqual({
        name,
        columns: columns.map((column) => [column.name, column.type]),
      });
    }
    for (const { name, columns, derived } of columnViews) {
      expect({
        name,
        columns: await rows(results, `SELECT column_name, column_type FROM (DESCRIBE "${name}")`),
      }).toEqual({
        name,
        columns: [
          ...["study", "experiment", "trial_id"].map((key) => [key, "VARCHAR"]),
          ...Object.entries(columns),
          ...derived.map((column) => [column.name, "DOUBLE"]),
        ],
      });
    }
  });

  it("knows the columns of the parquet files as the store writes them", () => {
    const written = [requestsFile, tokensFile, engineMetricsFile, telemetryFile, outputsFile];
    expect(columnViews.map(({ file, columns }) => [file, columns])).toEqual(
      written.map(({ name, columns }) => [
        name,
        Object.fromEntries(columns.map((column) => [column.name, column.type])),
      ]),
    );
  });

  it("answers over trials, experiments, measurements, checks, resolved and launches", async () => {
    expect(
      await rows(
        results,
        `SELECT experiment, status, output_throughput, knobs->>'quantization', started_at, failure_class
         FROM trials WHERE purpose = 'performance' AND replicate IN (1, 3) ORDER BY position`,
      ),
    ).toEqual([
      ["baseline", "VALID", 1089, null, "2026-01-01T01:00:00Z", null],
      ["fp8", "VALID", 1462, "fp8", "2026-01-01T01:00:00Z", null],
      ["len2668", "VALID", 1544, "fp8", "2026-01-01T01:00:00Z", null],
      ["int8", "FAILED", null, "fp8", "2026-01-01T01:00:00Z", "unsupported-quantization"],
      ["baseline", "VALID", 1094, null, "2026-01-01T03:00:00Z", null],
      ["fp8", "VALID", 1471, "fp8", "2026-01-01T03:00:00Z", null],
      ["len2668", "INVALID", 2300, "fp8", "2026-01-01T03:00:00Z", null],
    ]);
    expect(
      await rows(
        results,
        "SELECT experiment, trials, valid, invalid, failed, round(output_throughput, 2) FROM experiments",
      ),
    ).toEqual([
      ["baseline", 4, 4, 0, 0, 1088.32],
      ["fp8", 4, 4, 0, 0, 1460.97],
      ["len2668", 3, 2, 1, 0, 1542],
      ["int8", 1, 0, 0, 1, null],
    ]);
    expect(
      await rows(results, "SELECT DISTINCT value, why FROM measurements WHERE metric = 'ttft' AND stat = 'p99'"),
    ).toEqual([[null, "300 requests, p99 needs 368"]]);
    expect(await rows(results, "SELECT experiment, check_id, value, limit_value, margin FROM checks")).toEqual([
      ["len2668", "min-duration", "212", "600", -388],
    ]);
    expect(await rows(results, "SELECT DISTINCT declared, resolved FROM resolved WHERE status = 'different'")).toEqual([
      [true, false],
    ]);
    expect(await rows(results, "SELECT count(*), sum(ready_after_s), any_value(argv)[1:2] FROM launches")).toEqual([
      [12, 462, ["vllm", "serve"]],
    ]);
  });

  it("answers over the parquet files, joined to their trials", async () => {
    expect(
      await rows(
        results,
        "SELECT experiment, count(*), any_value(ttft_ms), any_value(round(tpot_ms, 6)), any_value(e2e_ms) FROM requests GROUP BY experiment",
      ),
    ).toEqual([["baseline", 6, 49, 10, 79]]);
    expect(await rows(results, "SELECT count(*), max(gap_ms) FROM tokens")).toEqual([[24, 10]]);
    expect(await rows(results, "SELECT count(*) FROM outputs")).toEqual([[0]]);
  });

  it("gives JSON values: exact whole numbers, decimals, times, structs", async () => {
    const answer = await query(
      world,
      results,
      `SELECT 9007199254740993::BIGINT AS big, 5::BIGINT AS small, 2.50::DECIMAL(5, 2) AS money,
       TIMESTAMP '2026-01-02 03:04:05.678' AS at, '{"a": [1]}'::JSON AS js, {'n': [1::BIGINT]} AS nested, 'NaN'::DOUBLE AS nan, true AS yes`,
    );
    expect(answer.ok && answer.value.rows).toEqual([
      ["9007199254740993", 5, 2.5, "2026-01-02T03:04:05.678Z", { a: [1] }, { n: [1] }, "NaN", true],
    ]);
    expect(answer.ok && answer.value.columns.slice(0, 5).map(({ type }) => type)).toEqual([
      "BIGINT",
      "BIGINT",
      "DECIMAL(5,2)",
      "TIMESTAMP",
      "JSON",
    ]);
  });

  it.each([
    ["SELECT nope FROM trials", "sql-refused", "nope"],
    ["SELECT FRM WHERE", "sql-refused", "syntax error"],
    ["", "sql-not-a-select", "nothing"],
    ["-- only a remark", "sql-not-a-select", "nothing"],
    ["SELECT 1; SELECT 2", "sql-not-a-select", "2 statements"],
    ["COPY trials TO 'RESULTS/out.csv'", "sql-not-a-select", "COPY"],
    ["EXPLAIN ANALYZE COPY trials TO 'RESULTS/out.csv'", "sql-not-a-select", "EXPLAIN"],
    ["EXPORT DATABASE 'RESULTS/out'", "sql-not-a-select", "EXPORT"],
    ["ATTACH 'RESULTS/other.duckdb'", "sql-not-a-select", "ATTACH"],
    ["CREATE TABLE z AS SELECT 1", "sql-not-a-select", "CREATE"],
    ["DELETE FROM trials", "sql-not-a-select", "DELETE"],
    ["SET enable_external_access = true", "sql-not-a-select", "SET"],
    ["/* SELECT */ CHECKPOINT", "sql-not-a-select", "CHECKPOINT"],
    ["INSTALL httpfs", "sql-not-a-select", "INSTALL"],
    ["SELECT * FROM read_text('/etc/hostname')", "sql-refused", "disabled by configuration"],
    ["SELECT * FROM read_text('RESULTS/../*')", "sql-refused", "disabled by configuration"],
    ["SELECT * FROM read_csv('https://example.org/x.csv')", "sql-refused", ""],
  ])("refuses %s", async (sql, code, says) => {
    const before = readdirSync(results);
    const answer = await query(world, results, sql.replace("RESULTS", results.replaceAll("'", "''")));
    expect(answer).toMatchObject({ ok: false, problem: { code, message: expect.stringContaining(says) } });
    expect(!answer.ok && answer.problem.hint).toContain("trials, experiments, measurements");
    expect(readdirSync(results)).toEqual(before);
  });
});

describe("an index and its folders", () => {
  it("is built when there is none, and again when a trial or a launch has come", async () => {
    const results = await fakeResults(temporaryFolder());
    expect(await rows(results, "SELECT count(*) FROM trials")).toEqual([[12]]);
    const later = fakeTrial(fakeExperiment("later", 9, { max_num_seqs: 99 }));
    await writeTrial(world, results, later, nothing);
    expect(await rows(results, "SELECT count(*) FROM trials")).toEqual([[13]]);
    const [launch] = fakeStackedStudy().launches;
    if (launch) await storeLaunch(world, join(results, "fake-study"), { ...launch, readyAfterS: 7 });
    expect(await rows(results, "SELECT min(ready_after_s) FROM launches")).toEqual([[7]]);
    rmSync(join(results, "fake-study", later.spec.experimentId), { recursive: true });
    expect(await rows(results, "SELECT count(*) FROM trials")).toEqual([[12]]);
  });

  it("is not built again when nothing has come", async () => {
    const results = await fakeResults(temporaryFolder());
    await query(world, results, "SELECT 1");
    const before = readFileSync(join(results, "ceteris.duckdb"));
    await query(world, results, "SELECT 1");
    expect(readFileSync(join(results, "ceteris.duckdb")).equals(before)).toBe(true);
  });

  it("answers several questions from one look at the folders, each by itself", async () => {
    const results = await fakeResults(temporaryFolder());
    const answers = await queryEach(world, results, [
      { sql: "SELECT 1" },
      { sql: "SELECT nothing FROM trials" },
      { sql: "SELECT 2" },
    ]);
    expect(answers.map((one) => (one.ok ? one.value.rows : one.problem.code))).toEqual([[[1]], "sql-refused", [[2]]]);
  });

  it("follows its folder to another place", async () => {
    const parent = temporaryFolder();
    const results = await fakeResults(parent);
    await query(world, results, "SELECT 1");
    renameSync(results, join(parent, "moved"));
    expect(await rows(join(parent, "moved"), "SELECT count(*) FROM requests")).toEqual([[6]]);
  });

  it("passes over partial trials, broken files and newer formats, and names them", async () => {
    const results = await fakeResults(temporaryFolder());
    const [experiment] = readdirSync(join(results, "fake-study")).filter((name) => name.startsWith("exp"));
    const folder = join(results, "fake-study", experiment ?? "");
    const [trial] = readdirSync(folder);
    cpSync(join(folder, trial ?? ""), join(folder, `.partial-${trial}`), { recursive: true });
    for (const [name, text] of [
      ["exp1_x-broken", "{"],
      ["exp1_x-newer", '{"format":"ceteris.trial/2","study":"fake-study"}'],
      ["exp1_x-bare", '{"format":"ceteris.trial/1","study":"fake-study","verdict":null}'],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "trial.json"), text);
    }
    expect(await buildIndex(world, results)).toMatchObject({
      ok: true,
      value: {
        trials: 12,
        leftOut: ["bare", "broken", "newer"].map((name) => ({ trialId: `exp1_x-${name}` })),
      },
    });
    expect(await rows(results, "SELECT count(*), count(status) FROM trials")).toEqual([[12, 12]]);
    expect(await rows(results, "SELECT count(*) FROM requests")).toEqual([[6]]);
  });

  it("is empty over an empty folder, and a failure over none", async () => {
    const results = temporaryFolder();
    expect(await rows(results, "SELECT count(*) FROM trials, requests, launches")).toEqual([[0]]);
    expect(await rows(join(results, "none"), "SELECT 1")).toMatchObject({ code: "no-results" });
    expect(existsSync(join(results, "none"))).toBe(false);
  });

  it("is made again where the file is no database", async () => {
    const results = await fakeResults(temporaryFolder());
    writeFileSync(join(results, "ceteris.duckdb"), "not a database");
    expect(await rows(results, "SELECT count(*) FROM trials")).toEqual([[12]]);
    expect(readdirSync(results)).toEqual(["ceteris.duckdb", "fake-study"]);
  });

  it("answers many at once while trials arrive", async () => {
    const results = await fakeResults(temporaryFolder());
    const experiment = fakeExperiment("more", 9, { max_num_seqs: 99 });
    const counts: number[] = [];
    for (let replicate = 1; replicate <= 3; replicate += 1) {
      const answers = Promise.all([1, 2, 3].map(() => rows(results, "SELECT count(*) FROM trials")));
      await writeTrial(world, results, fakeTrial(experiment, { replicate }), {
        observation: fakeObservation(2, 2),
        outputs: null,
      });
      for (const answer of await answers) counts.push(Number((answer as number[][])[0]?.[0]));
    }
    expect(counts.every((count) => count >= 12 && count <= 15)).toBe(true);
    expect(await rows(results, "SELECT count(*) FROM trials")).toEqual([[15]]);
  });
});
