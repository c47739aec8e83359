import { globSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { gpuSamplers } from "../../../src/telemetry/gpu/index.ts";
import { nvidiaSmi, parseRow } from "../../../src/telemetry/gpu/nvidia-smi.ts";
import { numberOf, type GpuReading } from "../../../src/telemetry/gpu/sampler.ts";
import { nvidiaSmiFields } from "../../../src/world/nvidia-smi.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { fakeNvidiaSmi } from "../../support/fake-nvidia-smi.ts";
import { publishedData } from "../../support/published-data.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
afterEach(() => void vi.unstubAllEnvs());

/** It is first on PATH, for this process. */
function fakeOnPath(): void {
  const folder = fakeNvidiaSmi(temporaryFolder());
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
}

describe("a row of nvidia-smi", () => {
  it("is a reading in our units; what is not told is null and never 0", () => {
    expect(parseRow("1, GPU-bbb, 412.51, 398.20, 1980, 2619, 54, 100, 70000, 0x0000000000000004, Disabled")).toEqual({
      index: 1,
      uuid: "GPU-bbb",
      figures: {
        power_w: 412.51,
        power_average_w: 398.2,
        clock_sm_mhz: 1980,
        clock_memory_mhz: 2619,
        temperature_c: 54,
        utilisation: 1,
        memory_used_bytes: 70000 * 2 ** 20,
        throttle: 4,
        mig: 0,
      },
    });
    const hidden = parseRow(
      "0, GPU-aaa, [Not Supported], [N/A], 0, [Unknown Error], [N/A], [N/A], [Insufficient Permissions], [N/A], Enabled",
    );
    expect(hidden?.figures).toEqual({
      power_w: null,
      power_average_w: null,
      clock_sm_mhz: 0,
      clock_memory_mhz: null,
      temperature_c: null,
      utilisation: null,
      memory_used_bytes: null,
      throttle: null,
      mig: 1,
    });
  });

  it("is none where the driver says something else", () => {
    expect(parseRow("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")).toBeNull();
    expect(parseRow("0, GPU-aaa, 1")).toBeNull();
    expect(parseRow("")).toBeNull();
  });

  it("is read as a study recorded it on an H200 that is shared: power and temperature, no memory, no utilisation", (context) => {
    const folder = publishedData(context, "llama31b-benchmark");
    const files = globSync("**/gpu_*.csv", { cwd: folder });
    expect(files.length).toBeGreaterThan(100);
    let hidden = 0;
    for (const file of files) {
      const [names = "", line = ""] = readFileSync(join(folder, file), "utf8").trim().split("\n");
      const fields = nvidiaSmiFields(line);
      const field = (name: string) => numberOf(fields[names.split(", ").findIndex((one) => one.startsWith(name))]);
      expect(field("power.draw")).toBeGreaterThan(50);
      expect(field("temperature.gpu")).toBeGreaterThan(20);
      expect(field("utilization.gpu")).toBeNull();
      const memory = field("memory.used");
      if (memory === null) hidden += 1;
      else expect(memory).toBeGreaterThan(0);
    }
    expect(hidden).toBe(72);
  });
});

describe("the loop of nvidia-smi", () => {
  it("hands on each row as it comes, without the names that the driver does not know, and ends with its process", async () => {
    fakeOnPath();
    const readings: GpuReading[] = [];
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const running = await nvidiaSmi.start(realWorld(), (reading) => {
      readings.push(reading);
      if (readings.length === 3) resolve();
    });
    if (!running.ok) throw new Error(running.problem.message);
    await enough;
    await running.value.stop();
    const told = readings.length;
    expect(readings.map(({ figures }) => figures.power_w)).toEqual(readings.map((_, index) => 200 + index));
    expect(readings[0]).toMatchObject({
      uuid: "GPU-fake",
      figures: { power_average_w: null, clock_memory_mhz: null, utilisation: 0.5, throttle: 4, mig: 0 },
    });
    await running.value.stop();
    expect(readings).toHaveLength(told);
  });

  it("is not there without the program, and says so", async () => {
    vi.stubEnv("PATH", temporaryFolder());
    const running = await nvidiaSmi.start(realWorld(), () => {});
    expect(running).toMatchObject({ ok: false, problem: { code: "no-nvidia-smi" } });
  });
});

describe("the sources of GPU figures", () => {
  it("have a name of their own each", () => {
    expect(new Set(gpuSamplers.map(({ id }) => id)).size).toBe(gpuSamplers.length);
  });
});
