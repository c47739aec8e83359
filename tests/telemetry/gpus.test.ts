import { describe, expect, it } from "vitest";
import { gpuIds } from "../../src/schema/used-devices.ts";
import { gpuFacts, isNamed } from "../../src/telemetry/gpus.ts";
import { realWorld } from "../../src/world/real-world.ts";
import {
  listedSlices,
  printedA100,
  printedH100,
  printedH200Mig,
  toldByNvidiaSmi,
} from "../support/told-by-nvidia-smi.ts";

const facts = (...driver: Parameters<typeof toldByNvidiaSmi>) => factsOf([], ...driver);
const factsOf = (devices: string[], ...driver: Parameters<typeof toldByNvidiaSmi>) => {
  const world = realWorld();
  const processes = { ...world.processes, run: toldByNvidiaSmi(...driver) };
  return gpuFacts({ ...world, processes }, { devices, ownGroup: null });
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

it("a figure that the driver words as an error is unknown, and no number", async () => {
  const { gpus, missing } = await facts([
    { ...printedH100, "memory.used": "ERR!", "temperature.gpu": "Unknown Error" },
  ]);
  expect(gpus).toMatchObject([{ memoryUsedMib: null, temperatureC: null }]);
  expect(missing.map(({ fact }) => fact)).toEqual(expect.arrayContaining(["gpus.memoryUsedMib", "gpus.temperatureC"]));
});

describe("the slices of a GPU", () => {
  const [first, second] = ["MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f", "MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb"];
  const both: Parameters<typeof toldByNvidiaSmi> = [[printedH200Mig, printedH100], { slices: listedSlices }];
  const seen = async (...devices: string[]) =>
    (await factsOf(devices, ...both)).gpus.map(({ selected, slices, name }) => [selected, slices, name]);
  const sliced = "NVIDIA H200 MIG 3g.71gb";
  const whole = printedH100["name"];

  it("are told apart where the engine may use one of them, by the beginning of its UUID as well", async () => {
    const other = [false, undefined, whole];
    expect(await seen(first)).toEqual([[true, [first], sliced], other]);
    expect(await seen("MIG-cba6")).toEqual([[true, [second], sliced], other]);
    expect(await seen("0")).toEqual([[true, [first, second], sliced], other]);
    expect(await seen("GPU-aa")).toEqual([
      [false, undefined, "NVIDIA H200"],
      [true, undefined, whole],
    ]);
    expect(await seen()).toEqual([
      [true, [first, second], sliced],
      [true, undefined, whole],
    ]);
  });

  it("are devices of their own, of which one is no other's neighbour in a block", async () => {
    const of = async (slice: string) => gpuIds({ host: {}, gpus: (await factsOf([slice], ...both)).gpus });
    expect([await of(first), await of(second)]).toEqual([[first], [second]]);
    const { gpus } = await facts(...both);
    expect(isNamed(gpus[0]!, second)).toBe(true);
    expect([isNamed(gpus[1]!, second), isNamed(gpus[0]!, "MIG-none")]).toEqual([false, false]);
  });
});
