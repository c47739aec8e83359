import { describe, expect, it } from "vitest";
import { sampleClientCpu } from "../../../src/telemetry/samplers/client-cpu.ts";
import { realWorld } from "../../../src/world/real-world.ts";

const { clock } = realWorld();
const own = 100;
const processes = { ...realWorld().processes, ownPid: own };

/** What the kernel says, by path. Each reading of a counter finds it grown. */
function filesOf(told: Record<string, () => string>) {
  const readText = (path: string) => Promise.resolve(told[path]?.() ?? null);
  return { ...realWorld().files, readText };
}

function counting(step: number): () => number {
  let value = 0;
  return () => (value += step);
}

describe("what the kernel says of the load generator", () => {
  it("is how long each of its processes ran and waited for a core, workers told from other programs", async () => {
    const [waited, ran, busy] = [counting(2e9), counting(1e9), counting(30)];
    const kernel = {
      "/proc/100/schedstat": () => `${ran()} ${waited()} 7\n`,
      "/proc/101/schedstat": () => "5000000000 6000000000 7\n",
      "/proc/102/schedstat": () => "1 1 1\n",
      "/proc/100/task/100/children": () => "101 102 103 ",
      "/proc/100/stat": () => "100 (node) S 1 90 90 0\n",
      "/proc/101/stat": () => "101 (node) S 100 90 90 0\n",
      "/proc/102/stat": () => "102 (nvidia-smi) S 100 90 90 0\n",
      "/proc/103/stat": () => "103 (node) S 100 103 103 0\n",
      "/proc/101/status": () => "Name:\tnode\nCpus_allowed_list:\t1\n",
      "/proc/stat": () => {
        const ticks = busy();
        return `cpu  9 9 9 9\ncpu0 ${ticks} 0 0 0 0 0 0 0 0 0\ncpu1 ${ticks} 0 0 ${ticks * 2} 0 0 0 0 0 0\n`;
      },
    };
    const sampling = await sampleClientCpu({ clock, files: filesOf(kernel), processes });
    const series = await sampling.stop(0n);
    expect(sampling.missing).toBeNull();
    expect(series.map(({ name, unit, source }) => [name, unit, source])).toEqual([
      ["client/process0_run_s", "s", "telemetry"],
      ["client/process0_run_wait_s", "s", "telemetry"],
      ["client/process1_run_s", "s", "telemetry"],
      ["client/process1_run_wait_s", "s", "telemetry"],
      ["client/cores_busy", "1", "telemetry"],
    ]);
    // The first look asks once whether the kernel tells at all; then now, and at the stop.
    expect(series.map(({ value }) => value)).toEqual([[2, 3], [4, 6], [5, 5], [6, 6], [expect.closeTo(1 / 3, 9)]]);
  });

  it("is nothing where the kernel does not tell, with the reason", async () => {
    const sampling = await sampleClientCpu({ clock, files: filesOf({}), processes });
    expect(sampling.missing).toMatch(/does not tell .*schedstat/);
    expect(await sampling.stop(0n)).toEqual([]);
  });
});
