import { expect, it } from "vitest";
import { sampleHost } from "../../../src/telemetry/samplers/host.ts";
import { realWorld } from "../../../src/world/real-world.ts";

const { clock, files } = realWorld();

it("says how busy all cores are, and how many threads want one", async () => {
  let ticks = 0;
  const readText = () => {
    ticks += 30;
    return Promise.resolve(
      `cpu  9 9 9 9\ncpu0 ${ticks} 0 0 0 0 0 0 0 0 0\ncpu1 ${ticks} 0 0 ${ticks * 2} 0 0 0 0 0 0\nprocs_running 3\n`,
    );
  };
  const sampling = await sampleHost({ clock, files: { ...files, readText } });
  const series = await sampling.stop(0n);
  expect(series.map(({ name, unit, value }) => [name, unit, value])).toEqual([
    ["host/run_queue", "1", [1.5, 1.5]],
    ["host/cores_busy", "1", [expect.closeTo(1 / 2, 9)]],
  ]);
});

it("is nothing where the kernel does not tell, with the reason", async () => {
  const sampling = await sampleHost({ clock, files: { ...files, readText: () => Promise.resolve(null) } });
  expect(sampling.missing).toBe("the kernel does not tell /proc/stat");
  expect(await sampling.stop(0n)).toEqual([]);
});
