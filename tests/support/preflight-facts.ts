import type { Facts, Gpu } from "../../src/commands/doctor/facts.ts";
import { findings, type PreflightCheck } from "../../src/commands/doctor/check.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { Sut } from "../../src/schema/sut.ts";
import { someWorkload } from "./completions.ts";
import { makeEngine } from "./make-study.ts";

/** An H100 on which nothing runs, as `telemetry` tells of it. */
export const h100: Gpu = {
  index: 0,
  uuid: "GPU-aaaa",
  name: "NVIDIA H100 80GB HBM3",
  driver: "570.86.15",
  memoryTotalMib: 81_559,
  memoryUsedMib: 4,
  smClockMhz: 345,
  smClockMaxMhz: 1980,
  powerLimitW: 700,
  powerLimitDefaultW: 700,
  temperatureC: 31,
  migMode: "Disabled",
  persistenceMode: "Enabled",
  eccMode: "Enabled",
  computeMode: "Default",
  computeCapability: 9,
  throttleReasons: 1,
  applicationsClockMhz: null,
  applicationsClockDefaultMhz: null,
  otherProcesses: [],
};

/** What vLLM's engine file says of GPUs, in short. */
const engine = makeEngine({
  gpuNeeds: {
    capability: [
      { when: [{ knob: "quantization", is: "fp8" }], runs: 7.5, native: 8.9, because: "no FP8 arithmetic below 8.9" },
    ],
    memoryShare: "gpu_memory_utilization",
    changesWeights: ["quantization"],
  },
  knobs: { gpu_memory_utilization: { flag: "--share", type: "float", default: 0.92 } },
});

const sut: Sut = {
  engine,
  version: null,
  model: "org/model",
  revision: null,
  tokenizer: null,
  devices: [],
  extraArgs: [],
  prefix: [],
  beforeLaunch: [],
};

/** A configuration that takes one GPU. */
export function someConfiguration(
  more: Partial<Facts["configurations"][number]> & { devices?: string[]; knobs?: Assignment } = {},
): Facts["configurations"][number] {
  const { devices = [], ...rest } = more;
  return { name: "base", sut: { ...sut, devices }, knobs: {}, gpus: 1, weightBytes: 16e9, ...rest };
}

/** A quiet machine with one H100 and a matrix of one configuration, of which every check is fine. */
export function someFacts(more: Partial<Facts> = {}): Facts {
  return {
    host: {
      cpuGovernor: "performance",
      loadAverage: 0.4,
      memoryAvailableBytes: 64 * 2 ** 30,
      cgroupMemoryLimit: "max",
      cgroupCpuLimit: "max",
      openFilesLimit: 65_536,
      ephemeralPorts: 28_232,
    },
    cores: { allowed: 16, busyShare: 0.01, stolenShare: 0 },
    timeSync: { isSynchronised: true, source: "timedatectl" },
    gpus: { all: [h100], why: null, isAmd: false, warning: null },
    visibleDevices: [],
    configurations: [someConfiguration()],
    loads: [{ workload: someWorkload(), inFlight: 64 }],
    ...more,
  };
}

/** The same with GPUs like the H100, but for what is named of each. */
export function withGpus(...gpus: Gpu[]): Facts {
  const all = gpus.map((gpu, index) => ({ ...h100, index, uuid: `GPU-${index}`, ...gpu }));
  return someFacts({
    gpus: { all, why: null, isAmd: false, warning: null },
    configurations: [someConfiguration({ gpus: all.length })],
  });
}

/** What one of the checks finds, as `state: value`. */
export function found(checks: readonly PreflightCheck[], id: string, facts: Facts): string[] {
  return findings(checks, facts)
    .filter((finding) => finding.id === id)
    .map(({ state, value }) => `${state}: ${value}`);
}
