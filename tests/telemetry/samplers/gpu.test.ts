import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { measure } from "../../../src/metrics/index.ts";
import { fail, succeed } from "../../../src/schema/result.ts";
import { sampleGpus } from "../../../src/telemetry/samplers/gpu.ts";
import { dcgm } from "../../../src/telemetry/gpu/dcgm.ts";
import type { GpuReading, GpuSampler } from "../../../src/telemetry/gpu/sampler.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import type { Clock, World } from "../../../src/world/world.ts";
import { someWorkload } from "../../support/completions.ts";
import { observationOf } from "../../support/observations.ts";

/** Time that goes on by the short sleeps alone; a long one waits until they have taken it there. */
function virtualClock(): Clock & { nowS(): number; until(s: number): Promise<void> } {
  const shortMs = 500;
  let nowNs = 0n;
  const turn = () => new Promise((done) => setImmediate(done));
  return {
    nowNs: () => nowNs,
    wall: () => "",
    async sleep(ms, signal) {
      const until = nowNs + BigInt(ms) * 1_000_000n;
      await turn();
      if (ms <= shortMs) {
        if (until > nowNs) nowNs = until;
        return;
      }
      for (;;) {
        if (nowNs >= until || signal?.aborted) return;
        await turn();
      }
    },
    nowS: () => Number(nowNs) / 1e9,
    async until(s) {
      while (Number(nowNs) / 1e9 < s) await turn();
    },
  };
}

/** No nvidia-smi; or one that tells these processes on these GPUs. */
function worldWith(clock: Clock, apps: string | null = null, variables: Record<string, string> = {}): World {
  const world = realWorld();
  return {
    ...world,
    clock,
    variables,
    processes: {
      ...world.processes,
      membersOf: () => Promise.resolve([{ pid: 42, startTicks: 1 }]),
      run: () => Promise.resolve({ code: apps === null ? null : 0, stdout: apps ?? "", stderr: "" }),
    },
  };
}

/** A source that tells this at once, and then no more. */
function sourceOf(id: string, readings: GpuReading[] | null): GpuSampler {
  return {
    id,
    intervalMs: 100,
    start(_, onReading) {
      if (readings === null) return Promise.resolve(fail("none", `no ${id}`, ""));
      readings.forEach(onReading);
      return Promise.resolve(succeed({ stop: () => Promise.resolve() }));
    },
  };
}

const request = { devices: [], engineGroup: 42 };

describe("the GPUs over time", () => {
  it("are those of every source that is there: what two tell is the first's, found again by UUID", async () => {
    const first = [{ index: 0, uuid: "GPU-a", figures: { power_w: 300, temperature_c: null } }];
    const second = [{ index: 7, uuid: "GPU-a", figures: { power_w: 999, temperature_c: 55, energy_j: 1000 } }];
    const world = worldWith(virtualClock(), "GPU-a, 42, 1000\nGPU-a, 11, [N/A]\n");
    const sources = [sourceOf("one", first), sourceOf("absent", null), sourceOf("two", second)];
    const sampling = await sampleGpus(world, { ...request, devices: ["GPU-a"] }, sources);
    expect(sampling.missing).toBeNull();
    const series = await sampling.stop(0n);
    expect(Object.fromEntries(series.map(({ name, value }) => [name, value[0]]))).toEqual({
      "gpu0/power_w": 300,
      "gpu0/temperature_c": 55,
      "gpu0/energy_j": 1000,
      "gpu0/engine_processes": 1,
      "gpu0/other_processes": 1,
    });
    expect(series.map(({ unit, source }) => `${unit} ${source}`)).toContain("°C telemetry");
  });

  it("are only those that the engine may use", async () => {
    const two = [0, 1].map((index) => ({ index, uuid: `GPU-${index}-of-two`, figures: { power_w: index } }));
    const names = async (devices: string[]) => {
      const sampling = await sampleGpus(worldWith(virtualClock()), { ...request, devices }, [sourceOf("one", two)]);
      return (await sampling.stop(0n)).map(({ name }) => name);
    };
    expect(await names(["1"])).toEqual(["gpu1/power_w"]);
    expect(await names(["GPU-0"])).toEqual(["gpu0/power_w"]);
    expect(await names([])).toEqual(["gpu0/power_w", "gpu1/power_w"]);
    expect(await names(["GPU-1"])).toEqual(["gpu1/power_w"]);
    expect(await names(["MIG-1234"])).toEqual(["gpu0/power_w", "gpu1/power_w"]);
  });

  it("are nowhere without a source, with one reason", async () => {
    const sampling = await sampleGpus(worldWith(virtualClock()), request, [
      sourceOf("one", null),
      sourceOf("two", null),
    ]);
    expect(sampling.missing).toBe("no one; no two");
    expect(await sampling.stop(0n)).toEqual([]);
  });

  it("are not read for an engine that was started elsewhere", async () => {
    const source = sourceOf("one", [{ index: 0, uuid: null, figures: { power_w: 100 } }]);
    const sampling = await sampleGpus(worldWith(virtualClock()), { devices: [], engineGroup: null }, [source]);
    expect(sampling.missing).toMatch(/not started here/);
    expect(await sampling.stop(0n)).toEqual([]);
  });
});

describe("a DCGM exporter with a known energy", () => {
  /** 100 W, and 400 W from second 5 to second 65: joules since the start. */
  const energyJ = (atS: number) => 100 * atS + 300 * Math.min(60, Math.max(0, atS - 5));

  /** The figures of a trial with a window from 5 s to 65 s, whose exporter renews its figures every `renewalS` seconds. */
  async function measured(renewalS: number) {
    const clock = virtualClock();
    const server = createServer((_, answer) => {
      const atS = Math.floor(clock.nowS() / renewalS) * renewalS;
      answer.end(`DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0",UUID="GPU-a"} ${Math.round(energyJ(atS) * 1e3)}\n`);
    });
    await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
    try {
      const { port } = server.address() as AddressInfo;
      const variables = { CETERIS_DCGM_EXPORTER: `http://127.0.0.1:${port}/metrics` };
      const sampling = await sampleGpus(worldWith(clock, "GPU-a, 42, 1000\n", variables), request, [dcgm]);
      await clock.until(68);
      const series = await sampling.stop(5_000_000_000n);
      const answers = observationOf([{ sentMs: 0, tokensMs: [10, 60_000], outputTokens: 1200 }], { series });
      return measure({ observation: answers, workload: someWorkload() }).filter(({ metric }) =>
        /energy|power/.test(metric),
      );
    } finally {
      server.close();
    }
  }

  it("gives that energy, its mean power and its share of each token", async () => {
    const rows = await measured(0.1);
    const row = (metric: string) => rows.find((one) => one.metric === metric);
    expect(row("energy_total")).toMatchObject({ unit: "J", rule: "counter", why: null });
    expect(row("energy_total")?.value).toBeCloseTo(24_000, 6);
    expect(row("power_mean")?.value).toBeCloseTo(400, 6);
    expect(row("energy_per_token")?.value).toBeCloseTo(20, 6);
  });

  it("gives it within 2 % with figures of every other second, and none with those of every half minute", async () => {
    const coarse = (await measured(1.9)).find(({ metric }) => metric === "energy_total");
    expect(Math.abs((coarse?.value ?? 0) / 24_000 - 1)).toBeLessThan(0.02);
    const blind = (await measured(30)).find(({ metric }) => metric === "energy_total");
    expect(blind).toMatchObject({ value: null, why: expect.stringMatching(/counter/) });
  });
});
