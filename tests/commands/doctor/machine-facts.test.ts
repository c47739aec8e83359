import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { machineFacts } from "../../../src/commands/doctor/machine-facts.ts";
import { loadPlan } from "../../../src/plan/index.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import type { World } from "../../../src/world/world.ts";
import { printedH100, toldByNvidiaSmi } from "../../support/told-by-nvidia-smi.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** No programs but these, and no time that passes. */
function worldWith(run: World["processes"]["run"], variables: Record<string, string> = {}): World {
  const real = realWorld();
  return {
    ...real,
    variables,
    clock: { ...real.clock, sleep: async () => undefined },
    processes: { ...real.processes, run },
  };
}

const noProgram: World["processes"]["run"] = async () => ({ code: null, stdout: "", stderr: "" });
const question = { wanted: null, looksAtGpus: true, lookMs: 0 };

describe("the GPUs of a machine", () => {
  it("are read with what is wrong with them; the variable of CUDA says which may be used", async () => {
    const world = worldWith(toldByNvidiaSmi([printedH100]), { CUDA_VISIBLE_DEVICES: "0, GPU-aaa" });
    const { gpus, visibleDevices } = await machineFacts(world, question);
    expect(gpus).toMatchObject({ all: [{ name: "NVIDIA H100 80GB HBM3" }], why: null, isAmd: false, warning: null });
    expect(visibleDevices).toEqual(["0", "GPU-aaa"]);
  });

  it("are AMD's where amd-smi answers and nvidia-smi is not there", async () => {
    const amd: World["processes"]["run"] = async ([program]) => ({
      code: program === "amd-smi" ? 0 : null,
      stdout: "",
      stderr: "",
    });
    expect((await machineFacts(worldWith(amd), question)).gpus).toMatchObject({ all: [], isAmd: true });
    expect((await machineFacts(worldWith(noProgram), question)).gpus).toMatchObject({ all: [], isAmd: false });
  });

  it("are left alone where nothing is to run on them", async () => {
    expect((await machineFacts(worldWith(noProgram), { ...question, looksAtGpus: false })).gpus).toBeNull();
  });
});

/** What is found of a matrix with this engine and these workloads. */
async function ofMatrix(engine: string, ...workloads: string[]) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "experiments"));
  const matrix = [
    "study: a",
    "question: q?",
    `sut: { engine: ${engine}, model: org/model }`,
    "baseline: { knobs: { max_num_seqs: 8 } }",
    "design: { kind: isolation, changes: [{ id: wide, set: { max_num_seqs: 32 } }] }",
    "workloads:",
    ...workloads.map(
      (text) =>
        `  - { dataset: { kind: synthetic }, ${text}${text.includes("counts") ? "" : ", counts: { requests: 8, seconds: 9 }"} }`,
    ),
    "",
  ].join("\n");
  writeFileSync(join(folder, "a.yaml"), matrix);
  const world = worldWith(noProgram);
  const { plan, diagnostics } = await loadPlan(
    { ...world, machine: { ...world.machine, workingFolder: folder } },
    { matrix: "a.yaml" },
  );
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  const wanted = { plan, experiments: plan.experiments, weightBytes: new Map() };
  return await machineFacts(world, { wanted, looksAtGpus: false, lookMs: 0 });
}

describe("what a matrix asks of a machine", () => {
  it("is a configuration for each row that starts an engine, and no GPU of a simulated or a CPU's engine", async () => {
    const { configurations, gpus } = await ofMatrix("vllm", "scenario: offline");
    expect(configurations.map(({ name, gpus: count }) => [name, count])).toEqual([
      ["baseline", 1],
      ["wide", 1],
    ]);
    expect(gpus).not.toBeNull();
    expect(await ofMatrix("simulated", "scenario: offline")).toMatchObject({ configurations: [], gpus: null });
    const cpu = await ofMatrix("vllm-cpu", "scenario: offline");
    expect([cpu.configurations.map(({ gpus: count }) => count), cpu.gpus]).toEqual([[0, 0], null]);
  });

  it("is so many requests in flight as each load bounds, once for each bound", async () => {
    const { loads } = await ofMatrix(
      "simulated",
      "workload: off, scenario: offline",
      "workload: chunks, scenario: offline, load: { batch_size: 64 }",
      "workload: closed, scenario: closed, load: { concurrency: 100 }",
      "workload: open, scenario: open, load: { rate: 5 }",
      "workload: capped, scenario: open, load: { rate: 5, max_in_flight: 40 }",
    );
    expect(loads.map(({ workload, inFlight }) => [workload.name, inFlight])).toEqual([
      ["off", 32],
      ["off", 128],
      ["chunks", 64],
      ["closed", 100],
      ["open", null],
      ["capped", 40],
    ]);
  });

  it("is no more requests in flight than are sent", async () => {
    const few =
      "workload: few, scenario: closed, load: { concurrency: 100 }, warmup: { requests: 10 }, counts: { requests: 8, seconds: 0 }";
    const { loads } = await ofMatrix("simulated", few);
    expect(loads.map(({ inFlight }) => inFlight)).toEqual([10]);
  });
});
