import { expect, it } from "vitest";
import { gpuFacts } from "../../src/telemetry/gpus.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { printedA100, printedH100, printedH200Mig, toldByNvidiaSmi } from "../support/told-by-nvidia-smi.ts";

const facts = (...driver: Parameters<typeof toldByNvidiaSmi>) => {
  const world = realWorld();
  const processes = { ...world.processes, run: toldByNvidiaSmi(...driver) };
  return gpuFacts({ ...world, processes }, { devices: [], ownGroup: null });
};

it("tells capability, slices and what slows a GPU down, on new drivers and old ones", async () => {
  const { gpus } = await facts([printedH200Mig, printedH100]);
  expect(gpus).toMatchObject([
    { name: "NVIDIA H200", memoryTotalMib: 143_771, migMode: "Enabled", computeCapability: 9, throttleReasons: 1 },
    { migMode: "Disabled", applicationsClockMhz: null },
  ]);
  const old = await facts([printedA100]);
  expect(old.gpus).toMatchObject([
    { computeCapability: 8, throttleReasons: 0x28, applicationsClockMhz: 1095, applicationsClockDefaultMhz: 1275 },
  ]);
});

it("keeps every row where one GPU has a defect, and what nvidia-smi warns of", async () => {
  const said = "WARNING: infoROM is corrupted at gpu 0000:3B:00.0";
  const { gpus, missing } = await facts([printedH100, printedH100], { end: { code: 14, said } });
  expect(gpus).toHaveLength(2);
  expect(missing.find(({ fact }) => fact === "gpus.health")?.why).toContain(said);
});
