import { expect, it } from "vitest";
import { sampleEngineCpu } from "../../../src/telemetry/samplers/engine-cpu.ts";
import { realWorld } from "../../../src/world/real-world.ts";

const world = realWorld();

function engineOf(threads: Record<string, string>) {
  const files = {
    ...world.files,
    list: (folder: string) => Promise.resolve(folder === "/proc/7/task" ? Object.keys(threads) : []),
    readText: (path: string) => Promise.resolve(threads[/task\/(\d+)\//.exec(path)?.[1] ?? ""] ?? null),
  };
  const membersOf = () => Promise.resolve([{ pid: 7, startTicks: null }]);
  return { clock: world.clock, files, processes: { ...world.processes, membersOf } };
}

it("counts how long the threads of an engine were run and waited, also of those that have ended", async () => {
  const threads: Record<string, string> = { "7": "1000000000 500000000 3\n", "8": "2000000000 0 3\n", "9": "gone" };
  const sampling = await sampleEngineCpu(engineOf(threads), { engineGroup: 7 });
  await world.clock.sleep(20);
  delete threads["8"];
  threads["7"] = "4000000000 1500000000 9\n";
  const series = await sampling.stop(0n);
  expect(series.map(({ name, unit, value }) => [name, unit, value])).toEqual([
    ["engine/run_s", "s", [3, 6]],
    ["engine/run_wait_s", "s", [0.5, 1.5]],
  ]);
});

it("knows nothing of an engine that was not started here", async () => {
  expect(await (await sampleEngineCpu(engineOf({}), { engineGroup: null })).stop(0n)).toEqual([]);
});

it("goes on after a reading in which the threads could not be listed", async () => {
  const engine = engineOf({ "7": "1000000000 500000000 3\n" });
  let fails = true;
  const list = (folder: string) => (fails ? Promise.reject(new Error("EMFILE")) : engine.files.list(folder));
  const sampling = await sampleEngineCpu({ ...engine, files: { ...engine.files, list } }, { engineGroup: 7 });
  await world.clock.sleep(20);
  fails = false;
  const series = await sampling.stop(0n);
  expect(series.map(({ name, value }) => [name, value])).toEqual([
    ["engine/run_s", [1]],
    ["engine/run_wait_s", [0.5]],
  ]);
});
