import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { amdSmi, parseMetricJson } from "../../../src/telemetry/gpu/amd-smi.ts";
import type { GpuReading } from "../../../src/telemetry/gpu/sampler.ts";
import { realWorld } from "../../../src/world/real-world.ts";

const page = readFileSync(new URL("../../fixtures/telemetry/amd-smi-metric.json", import.meta.url), "utf8");

it("reads amd-smi's JSON in our units; N/A is null and never 0", () => {
  const [whole, hidden] = parseMetricJson(page);
  expect(whole).toEqual({
    index: 0,
    uuid: null,
    figures: {
      power_w: null,
      power_average_w: 642,
      energy_j: 98765.432,
      clock_sm_mhz: 2100,
      clock_memory_mhz: 1300,
      temperature_c: 61,
      utilisation: 0.73,
      memory_used_bytes: 2 ** 31,
      mig: 0,
    },
  });
  expect(hidden?.figures).toMatchObject({
    power_average_w: 90,
    energy_j: null,
    temperature_c: 30,
    utilisation: null,
    memory_used_bytes: 0,
  });
  expect(parseMetricJson(`[{"gpu": 3, "power": {"current_socket_power": 100}}]`)[0]).toMatchObject({
    index: 3,
    figures: { power_w: 100 },
  });
  for (const text of ["", "amd-smi: no device", "{broken", '{"gpu_data": "N/A"}'])
    expect(parseMetricJson(text)).toEqual([]);
});

it("takes the figures whatever the exit code, and whatever warnings stand around them", async () => {
  const world = realWorld();
  const around = `[WARNING] 1 GPU gives no energy\nWARNING: User is missing the group render\n${page}\nERROR: GPU [1] lacks {energy}\n`;
  expect(parseMetricJson(around)).toEqual(parseMetricJson(page));
  const run = () => Promise.resolve({ code: 2, stdout: around, stderr: "" });
  const running = await amdSmi.start({ ...world, processes: { ...world.processes, run } }, () => {});
  if (!running.ok) throw new Error(running.problem.message);
  await running.value.stop();
});

it("asks again and again until it is stopped", async () => {
  const world = realWorld();
  let asked = 0;
  const run = () => {
    asked += 1;
    return Promise.resolve({ code: 0, stdout: page, stderr: "" });
  };
  const readings: GpuReading[] = [];
  const running = await amdSmi.start({ ...world, processes: { ...world.processes, run } }, (one) => readings.push(one));
  if (!running.ok) throw new Error(running.problem.message);
  await running.value.stop();
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(readings).toHaveLength((asked - 1) * 2);
  const absent = { run: () => Promise.resolve({ code: null, stdout: "", stderr: "" }) };
  const none = await amdSmi.start({ ...world, processes: { ...world.processes, ...absent } }, () => {});
  expect(none).toMatchObject({ ok: false, problem: { code: "no-amd-smi" } });
});

const partition = (gpu: number, tells: boolean) => ({
  gpu,
  power: { socket_power: tells ? { value: 512, unit: "W" } : "N/A" },
  clock: tells ? { gfx_0: { clk: { value: 1750, unit: "MHz" } } } : "N/A",
  energy: "N/A",
  temperature: "N/A",
  mem_usage: { used_vram: { value: 70_000, unit: "MB" } },
});

it("marks the partitions of a package as slices, and whole GPUs beside them as whole", () => {
  const slices = (tells: boolean[]): unknown =>
    parseMetricJson(JSON.stringify({ gpu_data: tells.map((one, gpu) => partition(gpu, one)) })).map(
      ({ figures }) => figures.mig,
    );
  expect(slices([true, false])).toEqual([1, 1]);
  expect(slices([true, false, false, false, true, true, false])).toEqual([1, 1, 1, 1, 0, 1, 1]);
  expect(slices([true, true])).toEqual([0, 0]);
  expect(slices([false, false])).toEqual([undefined, undefined]);
});
