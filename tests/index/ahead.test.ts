import { join } from "node:path";
import { expect, it } from "vitest";
import { indexAhead, queryEach } from "../../src/index/index.ts";
import { writeTrial } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();

it("leaves a failed build to whoever asks the index, who may still be busy", async () => {
  const results = temporaryFolder();
  await writeTrial(world, results, fakeTrial(fakeExperiment("baseline", 0, {})), {
    observation: fakeObservation(2, 2),
    outputs: null,
  });
  const remove = (path: string): Promise<void> =>
    path.includes(".building-") ? Promise.reject(new Error("EPERM: not yours")) : world.files.remove(path);
  const broken = { ...world, files: { ...world.files, remove } };
  const stray: unknown[] = [];
  const listen = (error: unknown): void => void stray.push(error);
  process.on("unhandledRejection", listen);
  const ahead = await indexAhead(broken, results);
  await world.clock.sleep(500);
  process.off("unhandledRejection", listen);
  expect(stray).toEqual([]);
  await expect(ahead?.ready).rejects.toThrow("not yours");
});

it("has the index ready when it is asked, without a second build, and begins none without results", async () => {
  const results = temporaryFolder();
  const trial = fakeTrial(fakeExperiment("baseline", 0, {}));
  await writeTrial(world, results, trial, { observation: fakeObservation(2, 2), outputs: null });
  let renames = 0;
  const rename: typeof world.files.rename = (from, to) => {
    renames += 1;
    return world.files.rename(from, to);
  };
  const counting = { ...world, files: { ...world.files, rename } };
  const ahead = await indexAhead(counting, results);
  await ahead?.ready;
  const asked = [{ sql: "SELECT count(*)::INTEGER FROM requests" }];
  expect(await queryEach(counting, results, asked, ahead?.present)).toMatchObject([{ value: { rows: [[2]] } }]);
  await (
    await indexAhead(counting, results)
  )?.ready;
  expect(renames).toBe(1);
  expect(await indexAhead(world, join(results, "none"))).toBeNull();
});
