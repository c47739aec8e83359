import { describe, expect, it } from "vitest";
import {
  gpuHolders,
  holdersInWords,
  untilGpuMemoryIsFree,
  usedGpuMemory,
  withGpuHolders,
} from "../../src/engine/gpu-memory.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { World } from "../../src/world/world.ts";

/** A GPU whose used memory (MiB) is this, question by question; null is a machine without nvidia-smi. Sleeping takes no time. */
function worldWith(used: number[] | null): { world: World; asked: () => number } {
  const real = realWorld();
  let asked = 0;
  let nowNs = 0n;
  const world: World = {
    ...real,
    clock: {
      ...real.clock,
      nowNs: () => nowNs,
      sleep(ms) {
        nowNs += BigInt(ms) * 1_000_000n;
        return Promise.resolve();
      },
    },
    processes: {
      ...real.processes,
      run() {
        asked += 1;
        const value = used?.[Math.min(asked, used.length) - 1];
        return Promise.resolve({
          code: used ? 0 : null,
          stdout: used ? `0, GPU-a, ${value}\n1, GPU-b, ${9 * (value ?? 0)}\n` : "",
          stderr: "",
        });
      },
    },
  };
  return { world, asked: () => asked };
}

describe("GPU memory after an engine has ended", () => {
  it("is waited for until it is as before the start", async () => {
    const { world, asked } = worldWith([70_000, 30_000, 20]);
    expect(await untilGpuMemoryIsFree(world, { "GPU-a": 4 })).toEqual([]);
    expect(asked()).toBe(3);
  });

  it("is told where it is still held after half a minute", async () => {
    const { world, asked } = worldWith([70_004]);
    expect(await untilGpuMemoryIsFree(world, { "GPU-a": 4 })).toEqual([{ uuid: "GPU-a", heldMib: 70_000 }]);
    expect(asked()).toBe(61);
  });

  it("is nobody's business without a GPU", async () => {
    const { world, asked } = worldWith(null);
    expect(await usedGpuMemory(world, [])).toBeNull();
    expect(await untilGpuMemoryIsFree(world, null)).toEqual([]);
    expect(asked()).toBe(1);
  });
});

describe("the GPUs of a launch", () => {
  it("are those that its variable names: what a neighbour loads on another is not waited for", async () => {
    const { world } = worldWith([4]);
    expect(await usedGpuMemory(world, [])).toEqual({ "GPU-a": 4, "GPU-b": 36 });
    expect(await usedGpuMemory(world, ["1"])).toEqual({ "GPU-b": 36 });
    expect(await usedGpuMemory(world, ["GPU-a"])).toEqual({ "GPU-a": 4 });
    expect(await usedGpuMemory(world, ["MIG-a"])).toEqual({});
  });
});

describe("who holds the GPU's memory", () => {
  it("is told of a start that lacked it, and of no other; a process that holds little is not told", async () => {
    const { world } = worldWith([4]);
    const said =
      "GPU-a, 4242, python3, 61000\nGPU-a, 77, Xorg, 40\nGPU-a, 9, [Not Found], [N/A]\nGPU-b, 5151, python3, 61000\n";
    const run = () => Promise.resolve({ code: 0, stdout: said, stderr: "" });
    const holders = await gpuHolders({ processes: { ...world.processes, run } }, new Set(["GPU-a"]));
    expect(holdersInWords(holders)).toBe("GPU GPU-a: process 4242 (python3) holds 61000 MiB");
    const failure = { class: "out-of-memory", message: "m", file: null, line: null, hint: "Lower it." };
    expect(withGpuHolders(failure, holders).hint).toMatch(/process 4242 .*`kill 4242`.*Lower it\.$/);
    expect(withGpuHolders(failure, [])).toBe(failure);
    const other = { ...failure, class: "bad-value" };
    expect(withGpuHolders(other, holders)).toBe(other);
  });
});
