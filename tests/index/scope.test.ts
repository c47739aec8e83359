import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { query, queryEach } from "../../src/index/query.ts";
import { trialFolder, writeTrial } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const study = "fake-study";
const trials = [1, 2].map((replicate) => fakeTrial(fakeExperiment("a", 0, {}), { replicate }));
const [first, second] = trials.map(({ spec }) => spec.trialId);

async function stored(): Promise<string> {
  const results = join(temporaryFolder(), "re'sul ts [1]");
  for (const [index, trial] of trials.entries()) {
    await writeTrial(world, results, trial, { observation: fakeObservation(index + 2, 4), outputs: null });
  }
  return results;
}

it("shows the requests of one trial alone, without a look into the files of another", async () => {
  const results = await stored();
  const sql = "SELECT DISTINCT trial_id, count(*) AS n FROM requests GROUP BY 1 ORDER BY 1";
  const rowsOf = async (scope?: { study: string; trialId?: string }) => {
    const answer = await query(world, results, sql, scope);
    return answer.ok ? answer.value.rows : answer.problem;
  };
  expect(await rowsOf()).toEqual([
    [first, 2],
    [second, 3],
  ]);
  // Footers are read when the index is built: a file that is damaged later would fail every query that opens it.
  writeFileSync(join(trialFolder(join(results, study), trials[0]!.spec), "requests.parquet"), "damaged");
  expect(await rowsOf({ study, trialId: second! })).toEqual([[second, 3]]);
  expect(await rowsOf({ study, trialId: first! })).toEqual([]);
  expect(await rowsOf({ study, trialId: "gone" })).toEqual([]);
});

it("shows the requests of one study alone, however the query writes the view's name", async () => {
  const results = await stored();
  const other = { ...trials[0]!, study: "fake-study-2" };
  await writeTrial(world, results, other, { observation: fakeObservation(7, 4), outputs: null });
  const counted = async (scope?: { study: string }) => {
    const answer = await query(world, results, 'SELECT count(*)::INTEGER AS n FROM "REQUESTS"', scope);
    return answer.ok ? answer.value.rows[0]?.[0] : answer.problem;
  };
  expect([await counted(), await counted({ study }), await counted({ study: "fake-study-2" })]).toEqual([12, 5, 7]);
  expect(await counted({ study: "gone" })).toBe(0);
});

it("leaves the views of the other queries as they are", async () => {
  const sql = "SELECT count(*) AS n FROM requests";
  const asked = [
    { sql },
    { sql, scope: { study, trialId: first! } },
    { sql, scope: { study, trialId: second! } },
    { sql },
  ];
  const answers = await queryEach(world, await stored(), asked);
  expect(answers.map((one) => (one.ok ? one.value.rows[0]?.[0] : one.problem))).toEqual([5, 2, 3, 5]);
});
