import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { buildIndex } from "../../src/index/build.ts";
import { withDatabase } from "../../src/index/duckdb.ts";
import { query } from "../../src/index/query.ts";
import { verifyStudy } from "../../src/store/study-manifest.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeLaunch, fakeTrial } from "../support/fake-trials.ts";
import { foldersBelow } from "../support/late-files.ts";
import { storeLaunch } from "../support/store-launch.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();

it("leaves out a parquet file that was cut off, and a throughput that cannot be, and says so with each answer", async () => {
  const results = temporaryFolder();
  const folders: string[] = [];
  for (const replicate of [1, 2, 3]) {
    const trial = fakeTrial(fakeExperiment("baseline", 0, {}), { replicate });
    const written = await writeTrial(world, results, trial, { observation: fakeObservation(2, 2), outputs: null });
    if (written.ok) folders.push(written.value);
  }
  expect(await buildIndex(world, results)).toMatchObject({ ok: true, value: { trials: 3, leftOut: [] } });
  const cut = join(folders[0]!, "requests.parquet");
  const bytes = readFileSync(cut);
  writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  const path = join(folders[1]!, "trial.json");
  const trial = JSON.parse(readFileSync(path, "utf8")) as { measurements: object[] };
  trial.measurements.push({ metric: "output_throughput", stat: "value", unit: "tok/s", value: -5 });
  writeFileSync(path, JSON.stringify(trial));

  const sql =
    "SELECT (SELECT count(*) FROM trials), (SELECT count(DISTINCT trial_id) FROM requests), (SELECT count(*) FROM experiments)";
  for (let asked = 0; asked < 2; asked += 1) {
    const answer = await query(world, results, sql);
    if (!answer.ok) throw new Error(answer.problem.message);
    expect(answer.value.rows).toEqual([[2, 1, 1]]);
    expect(answer.value.leftOut).toMatchObject([
      { path: cut, mend: expect.stringContaining(`mv ${folders[0]} `) as string },
      { path, why: expect.stringContaining("says output_throughput -5 tok/s, which cannot be") as string },
    ]);
  }
});

it("passes over what NFS leaves in the folders of a file that somebody still has open", async () => {
  const results = temporaryFolder();
  const trial = fakeTrial(fakeExperiment("baseline", 0, {}));
  await writeTrial(world, results, trial, { observation: fakeObservation(2, 2), outputs: null });
  for (const folder of foldersBelow(results)) writeFileSync(join(folder, ".nfs000000000001"), "");
  expect(await buildIndex(world, results)).toMatchObject({ ok: true, value: { trials: 1, leftOut: [] } });
  const counted = await query(world, results, "SELECT count(*) FROM requests");
  expect(counted).toMatchObject({ ok: true, value: { rows: [[2]] } });
  expect((await verifyStudy(world, join(results, trial.study))).differences).toEqual([]);
});

it("opens no parquet file that has the size that its manifest says; a query that reads a damaged one names it", async () => {
  const results = temporaryFolder();
  const trial = fakeTrial(fakeExperiment("baseline", 0, {}));
  const written = await writeTrial(world, results, trial, { observation: fakeObservation(2, 2), outputs: null });
  const path = join(written.ok ? written.value : "", "requests.parquet");
  writeFileSync(path, readFileSync(path).fill(0));
  expect(await buildIndex(world, results)).toMatchObject({ ok: true, value: { trials: 1, leftOut: [] } });
  expect(await query(world, results, "SELECT count(*) FROM tokens")).toMatchObject({ ok: true });
  const read = await query(world, results, "SELECT count(*) FROM requests");
  expect(read).toMatchObject({ problem: { message: expect.stringContaining(path) as string } });
});

it("names what another version or another user can read as such, and which trial was renamed, and takes none for a copy of another study's", async () => {
  const results = temporaryFolder();
  const folders: string[] = [];
  for (const [replicate, study] of ["one", "one", "two", "two", "one"].entries()) {
    const trial = fakeTrial(fakeExperiment("baseline", 0, {}), {
      replicate: replicate === 4 ? 3 : (replicate % 2) + 1,
    });
    const session = `2026-01-01T0${replicate}:00:00.000Z`;
    const written = await writeTrial(
      world,
      results,
      { ...trial, study, session, ...(study === "two" ? { gpus: 8 } : {}) },
      { observation: null, outputs: null },
    );
    if (written.ok) folders.push(written.value);
  }
  renameSync(folders[4]!, join(folders[4]!, "../renamed"));
  writeFileSync(join(folders[1]!, "trial.json"), '{"format": "ceteris.trial/2"}');
  const closed = join(folders[2]!, "trial.json");
  const readText = async (path: string): Promise<string | null> => {
    if (path === closed) throw Object.assign(new Error("permission denied"), { code: "EACCES" });
    return world.files.readText(path);
  };
  expect(await buildIndex({ ...world, files: { ...world.files, readText } }, results)).toMatchObject({
    value: {
      trials: 2,
      leftOut: [
        { mend: expect.stringMatching(/^Use the version of ceteris that wrote it/) as string },
        { why: `${join(folders[4]!, "../renamed")} was renamed: it holds trial ${basename(folders[4]!)}` },
        { mend: `Let this user read it: chmod u+r ${closed}` },
      ],
    },
  });
  expect(await query(world, results, "SELECT study, session, gpus FROM trials ORDER BY study")).toMatchObject({
    value: {
      rows: [
        ["one", "2026-01-01T00:00:00Z", null],
        ["two", "2026-01-01T03:00:00Z", 8],
      ],
    },
  });
});

it("is built anew where its tables are those of another version", async () => {
  const results = temporaryFolder();
  await writeTrial(world, results, fakeTrial(fakeExperiment("baseline", 0, {})), { observation: null, outputs: null });
  await buildIndex(world, results);
  const change = "UPDATE index_of SET layout = 'of another version'; DROP TABLE trials CASCADE";
  await withDatabase(join(results, "ceteris.duckdb"), "READ_WRITE", (connection) => connection.run(change));
  const answer = await query(world, results, "SELECT count(*) FROM trials");
  expect(answer.ok ? answer.value.rows : answer.problem).toEqual([[1]]);
});

it("sweeps away what a killed build left, and not the file of one under way, perhaps on another host", async () => {
  const results = temporaryFolder();
  const [killed, underWay] = ["ceteris.duckdb.building-killed", "ceteris.duckdb.building-under-way"];
  for (const name of [killed, underWay]) writeFileSync(join(results, name), "");
  const twoHoursAgo = Date.now() / 1000 - 7200;
  utimesSync(join(results, killed), twoHoursAgo, twoHoursAgo);
  expect(await buildIndex(world, results)).toMatchObject({ ok: true });
  expect(readdirSync(results)).toEqual(["ceteris.duckdb", underWay]);
});

it("has a renamed study and the one that was run anew beside it apart, with all their rows", async () => {
  const results = temporaryFolder();
  const trial = fakeTrial(fakeExperiment("baseline", 0, {}));
  await writeTrial(world, results, trial, { observation: fakeObservation(3, 4), outputs: null });
  const [renamed, anew] = [join(results, "before"), join(results, trial.study)];
  writeFileSync(join(anew, "study.json"), JSON.stringify({ name: trial.study }));
  await storeLaunch(world, anew, fakeLaunch(trial, 1));
  renameSync(anew, renamed);
  cpSync(renamed, anew, { recursive: true });
  const answer = await query(
    world,
    results,
    `SELECT study, (SELECT count(*) FROM requests AS r WHERE r.study = t.study),
      (SELECT count(*) FROM launches AS l WHERE l.study = t.study),
      (SELECT max(trials) FROM experiments AS e WHERE e.study = t.study) FROM trials AS t ORDER BY study`,
  );
  expect(answer).toMatchObject({
    value: {
      rows: [
        ["before", 3, 1, 1],
        [trial.study, 3, 1, 1],
      ],
    },
  });
});

it("leaves out and names folders that this user may not look into, and a file that leads nowhere", async () => {
  const results = temporaryFolder();
  const folders: string[] = [];
  for (const replicate of [1, 2, 3]) {
    const trial = fakeTrial(fakeExperiment("baseline", 0, {}), { replicate });
    const written = await writeTrial(world, results, trial, { observation: null, outputs: null });
    if (written.ok) folders.push(written.value);
  }
  const [closed, circle] = [folders[0]!, join(folders[1]!, "trial.json")];
  rmSync(circle);
  symlinkSync("trial.json", circle);
  mkdirSync(join(results, "lost+found"));
  const list = (path: string): Promise<string[]> => {
    if (path !== closed && path !== join(results, "lost+found")) return world.files.list(path);
    return Promise.reject(Object.assign(new Error("permission denied"), { code: "EACCES" }));
  };
  const answer = await query({ ...world, files: { ...world.files, list } }, results, "SELECT count(*) FROM trials");
  expect(answer).toMatchObject({ value: { rows: [[1]] } });
  expect(answer.ok && answer.value.leftOut.map(({ why }) => why)).toEqual([
    `${closed} cannot be read: EACCES`,
    `${folders[1]} cannot be read: ELOOP`,
    `${join(results, "lost+found")} cannot be read: EACCES`,
  ]);
});
