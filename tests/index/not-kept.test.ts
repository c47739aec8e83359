import { DuckDBInstance } from "@duckdb/node-api";
import { readdirSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { buildIndex } from "../../src/index/build.ts";
import { query } from "../../src/index/query.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** As DuckDB says it where fcntl(2) answers ENOSYS, as Lustre does without its mount option `flock`. */
const refusal = (path: string): string =>
  `IO Error: Could not set lock on file "${path}": Conflicting lock is held in PID 0. See also https://duckdb.org/docs/stable/connect/concurrency`;

const create = DuckDBInstance.create.bind(DuckDBInstance);
/** DuckDB opens no file, and says why. */
function refuseFiles(says: (path: string) => string): void {
  vi.spyOn(DuckDBInstance, "create").mockImplementation(async (path = ":memory:", options) => {
    if (path !== ":memory:") throw new Error(says(path));
    return await create(path, options);
  });
}
afterEach(() => void vi.restoreAllMocks());

it("answers where the file system of the results grants no locks, and leaves nothing behind", async () => {
  refuseFiles(refusal);
  const world = realWorld();
  const results = `${temporaryFolder()}/results`;
  const trial = fakeTrial(fakeExperiment("baseline", 0, {}));
  await writeTrial(world, results, trial, { observation: fakeObservation(2, 2), outputs: null });
  const answer = await query(world, results, "SELECT (SELECT count(*) FROM trials), (SELECT count(*) FROM requests)");
  expect(answer).toMatchObject({ ok: true, value: { rows: [[1, 2]] } });
  expect(readdirSync(results)).toEqual([trial.study]);
  const built = await buildIndex(world, results);
  expect(built).toMatchObject({ ok: false, problem: { code: "not-kept" } });
});

it("answers where nobody may write into the results folder", async () => {
  const whole = realWorld();
  const refuse = async (path: string): Promise<void> => {
    throw Object.assign(new Error("EROFS"), { code: "EROFS", path });
  };
  const world = { ...whole, files: { ...whole.files, writeText: refuse } };
  refuseFiles((path) => `IO Error: Cannot open file "${path}": Read-only file system`);
  const results = `${temporaryFolder()}/results`;
  await writeTrial(whole, results, fakeTrial(fakeExperiment("baseline", 0, {})), {
    observation: fakeObservation(2, 2),
    outputs: null,
  });
  expect(await query(world, results, "SELECT count(*) FROM trials")).toMatchObject({
    ok: true,
    value: { rows: [[1]] },
  });
  expect(await buildIndex(world, results)).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining("the file system is read-only (EROFS)") as string },
  });
});
