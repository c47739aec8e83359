import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseMetricJson } from "../../src/telemetry/gpu/amd-smi.ts";
import { parseExporterPage } from "../../src/telemetry/gpu/dcgm.ts";
import { parseRow } from "../../src/telemetry/gpu/nvidia-smi.ts";
import type { GpuReading } from "../../src/telemetry/gpu/sampler.ts";
import { readCores } from "../../src/telemetry/proc-stat.ts";
import { threadSchedule } from "../../src/telemetry/schedstat.ts";
import { realFiles } from "../../src/world/files.ts";
import { jsonWith, longestMs, textOf, expectAll, within } from "../support/any-text.ts";

const timeout = { timeout: longestMs };

function holds(readings: readonly GpuReading[]): void {
  for (const { index, uuid, figures } of readings) {
    expect(Number.isFinite(index)).toBe(true);
    expect(uuid === null || typeof uuid === "string").toBe(true);
    for (const figure of Object.values(figures)) expect(figure === null || Number.isFinite(figure)).toBe(true);
  }
}

it("reads any row of nvidia-smi as a reading, or as none", timeout, async () => {
  await expectAll(
    textOf(["0, GPU-1, ", "1, ", "106.92, ", "[N/A], ", "0x8, ", "1e999, ", "Active, ", "P0"], 40),
    (line) => {
      const row = within(500, () => parseRow(line));
      holds(row === null ? [] : [row]);
    },
  );
});

it("reads any page of DCGM's exporter as readings", timeout, async () => {
  const page = textOf([
    'DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-1"} 55.5\n',
    'DCGM_FI_DEV_SM_CLOCK{gpu="0",GPU_I_ID="1"} 2147483632\n',
    "{",
    "}",
    '"',
    "1e999\n",
  ]);
  await expectAll(page, (text) => holds(within(500, () => parseExporterPage(text))));
});

it("reads any answer of amd-smi as readings", timeout, async () => {
  const page = jsonWith(
    ["gpu", "gpu_data", "power", "socket_power", "value", "unit", "clock", "temperature"],
    ["N/A", "55 W", 7],
  );
  await expectAll(fc.tuple(fc.constantFrom("", "WARNING: x\n", "[", "{"), page), ([before, value]) =>
    holds(within(500, () => parseMetricJson(`${before}${JSON.stringify(value, null, 2)}`))),
  );
});

it("reads any text of the kernel as figures, or as none", timeout, async () => {
  const text = textOf(["cpu0 ", "cpu1 ", "1 2 3 4 5 6 7 8\n", "procs_running 3\n", "123 456 7", "\n", " "]);
  await expectAll(text, async (said) => {
    const files = { ...realFiles, readText: () => Promise.resolve(said) };
    const cores = await readCores(files);
    for (const { busy, total } of cores?.ticks.values() ?? [])
      expect([typeof busy, typeof total]).toEqual(["number", "number"]);
    const schedule = await threadSchedule(files, "x");
    expect(schedule === null || Number.isFinite(schedule.runS + schedule.waitS)).toBe(true);
  });
});
