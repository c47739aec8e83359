import { expect, it } from "vitest";
import { busyShare, readCores } from "../../src/telemetry/proc-stat.ts";
import { realWorld } from "../../src/world/real-world.ts";

const reading = async (text: string | null) =>
  (await readCores({ ...realWorld().files, readText: () => Promise.resolve(text) }))!;

it("counts each core by itself, whichever cores are asked about", async () => {
  const before = await reading("cpu0 10 0 0 10 0 0 0 0\ncpu1 0 0 0 20 0 0 0 0\nprocs_running 2\n");
  const now = await reading("cpu0 40 0 0 20 0 0 0 0\ncpu1 5 0 5 50 0 0 0 0\ncpu2 9 0 0 9 0 0 0 0\nprocs_running 2\n");
  expect(before.runnable).toBe(2);
  expect(busyShare(before, now, [0])).toBe(30 / 40);
  expect(busyShare(before, now, [1])).toBe(10 / 40);
  expect(busyShare(before, now, [0, 1])).toBe(40 / 80);
  // A core that came between the readings has no time to be compared.
  expect(busyShare(before, now, [2])).toBeNull();
  expect(busyShare(now, now, [0])).toBeNull();
});

it("is not known where /proc/stat cannot be read", async () => {
  expect(await reading(null)).toBeNull();
});
