import { describe, expect, it } from "vitest";
import { findings } from "../../../src/commands/doctor/check.ts";
import type { Facts } from "../../../src/commands/doctor/facts.ts";
import { gpuChecks } from "../../../src/commands/doctor/gpu-checks.ts";
import { noNvidiaSmi } from "../../../src/world/nvidia-smi.ts";
import { found, h100, someConfiguration, someFacts, withGpus } from "../../support/preflight-facts.ts";

const check = (id: string, facts: Facts): string[] => found(gpuChecks, id, facts);

it("finds nothing to say of an H100 on which nothing runs, and nothing at all where no GPU is of interest", () => {
  const all = findings(gpuChecks, someFacts());
  expect(all.map(({ state, remedy }) => [state, remedy])).toEqual(all.map(() => ["fine", null]));
  expect(all.map(({ id }) => id)).toEqual([
    "gpu",
    "gpu-processes",
    "gpu-memory",
    "gpu-persistence",
    "gpu-throttling",
    "gpu-clocks",
    "gpu-power-limit",
    "gpu-ecc",
    "gpu-mig",
  ]);
  expect(findings(gpuChecks, someFacts({ gpus: null }))).toEqual([]);
});

describe("the GPUs that are there", () => {
  const none = (why: string, isAmd = false): Facts => someFacts({ gpus: { all: [], why, isAmd, warning: null } });

  it("are named with their driver", () => {
    expect(check("gpu", withGpus({}, {}))).toEqual(["fine: 2 × NVIDIA H100 80GB HBM3, driver 570.86.15"]);
  });

  it("are fewer than a configuration takes", () => {
    const facts = someFacts({ configurations: [someConfiguration(), someConfiguration({ name: "tp8", gpus: 8 })] });
    expect(check("gpu", facts)).toEqual(["refusal: tp8 takes 8 GPUs, and 1 of 1 may be used"]);
    const hidden = { ...withGpus({}, {}), visibleDevices: ["1"] };
    expect(check("gpu", hidden)).toEqual(["refusal: base takes 2 GPUs, and 1 of 2 may be used"]);
  });

  it("are not the ones that the matrix names", () => {
    const named = (...devices: string[]) => someFacts({ configurations: [someConfiguration({ devices })] });
    expect(check("gpu", named("3"))).toEqual(["refusal: base: sut.devices names 3, and there is no such GPU"]);
    expect(check("gpu", named("GPU-aaaa"))[0]).toMatch(/^fine/);
    expect(check("gpu", named("MIG-1234"))[0]).toMatch(/^fine/);
    expect(check("gpu", { ...named(), visibleDevices: ["MIG-1234"] })[0]).toMatch(/^fine/);
  });

  it("are of another maker, have no driver, or one that is broken", () => {
    expect(check("gpu", none(noNvidiaSmi))).toEqual([`warning: ${noNvidiaSmi}`]);
    expect(check("gpu", { ...none(noNvidiaSmi), configurations: [] })[0]).toMatch(/^unknown/);
    expect(check("gpu", none(noNvidiaSmi, true))[0]).toMatch(/^unknown: AMD/);
    const broken = "nvidia-smi says: Failed to initialize NVML: Driver/library version mismatch";
    expect(check("gpu", none(broken))).toEqual([`refusal: ${broken}`]);
  });

  it("take no work in compute mode Prohibited", () => {
    expect(check("gpu", withGpus({ computeMode: "Prohibited" }))[0]).toMatch(
      /^refusal: GPU 0: compute mode Prohibited/,
    );
    const spare = { ...withGpus({}, { computeMode: "Prohibited" }), configurations: [someConfiguration()] };
    expect(check("gpu", spare)[0]).toMatch(/^warning: GPU 1/);
  });

  it("have a defect that nvidia-smi warns of beside its rows", () => {
    const warning = "nvidia-smi warns: WARNING: infoROM is corrupted at gpu 0000:3B:00.0";
    const facts = someFacts({ gpus: { all: [h100], why: null, isAmd: false, warning } });
    expect(check("gpu-health", facts)).toEqual([`warning: ${warning}`]);
  });
});

describe("how the GPUs are set", () => {
  it.each([
    ["gpu-persistence", { persistenceMode: "Disabled" }, "warning: GPU 1: disabled"],
    ["gpu-persistence", { persistenceMode: null }, "unknown: GPU 1: the driver does not report it"],
    ["gpu-ecc", { eccMode: "Disabled" }, "warning: GPU 1: disabled"],
    ["gpu-mig", { migMode: "Enabled" }, "warning: GPU 1: enabled"],
    ["gpu-power-limit", { powerLimitW: 400 }, "warning: GPU 1: 400 W, the default is 700 W"],
    [
      "gpu-clocks",
      { applicationsClockMhz: 1200, applicationsClockDefaultMhz: 1980 },
      "warning: GPU 1: set to 1200 MHz, the default is 1980 MHz",
    ],
    [
      "gpu-throttling",
      { throttleReasons: 0x28, temperatureC: 91 },
      "warning: GPU 1: hardware slowdown, software thermal slowdown at 91 °C",
    ],
    ["gpu-throttling", { throttleReasons: null }, "unknown: GPU 1: the driver does not report it"],
    ["gpu-processes", { otherProcesses: [{ pid: 11, usedMib: 512 }] }, "warning: GPU 1: 1 process (pid 11)"],
    ["gpu-processes", { otherProcesses: null }, "unknown: GPU 1: the driver does not report it"],
  ])("%s: %j", (id, second, expected) => {
    expect(check(id, withGpus({}, second))).toEqual([expected]);
  });

  it("a GPU that cannot be split tells no MIG mode, and a power limit alone slows nothing down", () => {
    expect(check("gpu-mig", withGpus({ migMode: null }))).toEqual(["fine: disabled"]);
    expect(check("gpu-throttling", withGpus({ throttleReasons: 4 }))).toEqual(["fine: none at 31 °C"]);
  });

  it("GPUs that no configuration takes are of no interest", () => {
    const facts = { ...withGpus({}, { persistenceMode: "Disabled" }), configurations: [someConfiguration()] };
    expect(check("gpu-persistence", facts)).toEqual(["fine: enabled"]);
  });

  it("processes beside a server that runs already are its own", () => {
    const endpoint = {
      url: "http://127.0.0.1:8000",
      server: { ok: true, value: { models: ["m"], model: "m", isSimulated: false } },
      version: null,
      routes: [],
      requests: [],
    } as const;
    const busy = { ...withGpus({ otherProcesses: [{ pid: 1, usedMib: 2 }] }), configurations: [] };
    expect(check("gpu-processes", { ...busy, endpoint: { ...endpoint, routes: [], requests: [] } as never })).toEqual(
      [],
    );
  });
});

describe("the memory that an engine claims", () => {
  it("is free, but for what the driver keeps", () => {
    expect(check("gpu-memory", withGpus({ memoryUsedMib: 600 }))).toEqual(["fine: 79.1 of 79.6 GiB free"]);
  });

  it("is held by others", () => {
    expect(check("gpu-memory", withGpus({}, { memoryUsedMib: 20_000 }))).toEqual([
      "refusal: base claims 73.3 GiB of GPU 1 (gpu_memory_utilization 0.92), and 60.1 of 79.6 GiB are free",
    ]);
  });

  it("is as much as the row says", () => {
    const facts = {
      ...withGpus({ memoryUsedMib: 20_000 }),
      configurations: [someConfiguration({ knobs: { gpu_memory_utilization: 0.5 } })],
    };
    expect(check("gpu-memory", facts)[0]).toMatch(/^fine/);
  });

  it("is not known of a slice", () => {
    expect(check("gpu-memory", withGpus({ migMode: "Enabled", memoryUsedMib: 50_000 }))[0]).toMatch(/^fine/);
  });
});
