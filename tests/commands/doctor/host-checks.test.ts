import { expect, it } from "vitest";
import { findings } from "../../../src/commands/doctor/check.ts";
import type { Facts } from "../../../src/commands/doctor/facts.ts";
import { hostChecks } from "../../../src/commands/doctor/host-checks.ts";
import { someWorkload } from "../../support/completions.ts";
import { found, someFacts } from "../../support/preflight-facts.ts";

const host = (facts: Facts["host"]): Facts => someFacts({ host: { ...someFacts().host, ...facts } });
const load = (inFlight: number | null, workers?: number): Facts["loads"][number] => ({
  workload: someWorkload({ load: workers === undefined ? {} : { workers } }),
  inFlight,
});

it("finds a quiet machine fine", () => {
  const all = findings(hostChecks, someFacts());
  expect(all.map(({ id, state }) => `${id} ${state}`)).toEqual(
    ["cpu-governor", "cpu-cores", "cpu-noise", "memory", "open-files", "ports", "time-sync"].map((id) => `${id} fine`),
  );
});

it("knows nothing where the kernel tells nothing, and asks for nothing then", () => {
  const all = findings(
    hostChecks,
    someFacts({ host: {}, cores: null, timeSync: { isSynchronised: null, source: null } }),
  );
  expect(new Set(all.map(({ state, remedy }) => `${state} ${remedy}`))).toEqual(new Set(["unknown null"]));
});

it.each<[string, Facts, string]>([
  ["cpu-governor", host({ cpuGovernor: "powersave" }), "warning: governor powersave"],
  [
    "cpu-cores",
    someFacts({ cores: { allowed: 2, busyShare: 0.5, stolenShare: 0 } }),
    "warning: 1.0 of 2 cores free, 2 are wanted",
  ],
  ["cpu-cores", host({ cgroupCpuLimit: 1 }), "warning: 0.8 of 1 core free, 2 are wanted"],
  [
    "cpu-cores",
    someFacts({ cores: { allowed: 4, busyShare: 0, stolenShare: 0 }, loads: [load(64, 8)] }),
    "warning: 4.0 of 4 cores free, 9 are wanted",
  ],
  [
    "cpu-noise",
    someFacts({ cores: { allowed: 16, busyShare: 0.4, stolenShare: 0 } }),
    "warning: cores busy 40 %, stolen 0.0 %, load 0.4",
  ],
  [
    "cpu-noise",
    someFacts({ cores: { allowed: 16, busyShare: 0.1, stolenShare: 0.05 } }),
    "warning: cores busy 10 %, stolen 5.0 %, load 0.4",
  ],
  ["memory", host({ memoryAvailableBytes: 2 ** 30 }), "warning: 1.0 GiB available"],
  ["memory", host({ cgroupMemoryLimit: 2 ** 29 }), "warning: 0.5 GiB available"],
  ["open-files", host({ openFilesLimit: 64 }), "refusal: 64 may be open, 192 needed"],
  ["ports", host({ ephemeralPorts: 32 }), "refusal: 32 ports, 64 needed"],
  [
    "time-sync",
    someFacts({ timeSync: { isSynchronised: false, source: "chronyc" } }),
    "warning: not synchronised, by chronyc",
  ],
])("%s warns or refuses, with its figure", (id, facts, expected) => {
  expect(found(hostChecks, id, facts)).toEqual([expected]);
});

it("counts open files for each process of the client, and ports for all of them", () => {
  const facts = someFacts({ loads: [load(4000, 4), load(null)] });
  expect(found(hostChecks, "open-files", facts)).toEqual([
    "fine: 65536 may be open, 1128 needed or more: an open loop without load.max_in_flight",
  ]);
  expect(found(hostChecks, "ports", facts)[0]).toMatch(/^fine: 28232 ports, 4000 needed/);
});
