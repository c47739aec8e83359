import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { preflight } from "../../../src/commands/doctor/preflight.ts";
import type { CheckedModel } from "../../../src/engine/index.ts";
import { loadPlan } from "../../../src/plan/index.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { printedA100, printedH100, toldByNvidiaSmi, type PrintedGpu } from "../../support/told-by-nvidia-smi.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

const matrix = `study: a
question: q?
sut: { engine: vllm, model: ./model }
baseline: { knobs: { max_num_seqs: 8 } }
design: { kind: isolation, changes: [{ id: fp8, set: { quantization: fp8 } }] }
workloads:
  - { scenario: offline, dataset: { kind: synthetic }, counts: { requests: 8 } }
`;

/** What a run would find on a machine with these GPUs; of each look, those that the driver shows then. */
async function find(...looks: PrintedGpu[][]) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "model"));
  mkdirSync(join(folder, "sut"));
  writeFileSync(join(folder, "model/model.safetensors"), "weights");
  writeFileSync(join(folder, "a.yaml"), matrix);
  const real = realWorld();
  const slept: number[] = [];
  let asked = -1;
  const world = {
    ...real,
    clock: { ...real.clock, sleep: async (ms: number) => void slept.push(ms) },
    machine: { ...real.machine, workingFolder: folder },
    processes: {
      ...real.processes,
      run: (argv: string[]) => {
        if (argv[1]?.startsWith("--query-gpu=") && !argv[1].includes("of_tomorrow")) asked += 1;
        return toldByNvidiaSmi(looks[Math.min(Math.max(asked, 0), looks.length - 1)]!)(argv);
      },
    },
  };
  const { plan } = await loadPlan(world, { matrix: "a.yaml" });
  if (plan === null) throw new Error("no plan");
  const model: CheckedModel = {
    kind: "folder",
    path: join(folder, "model"),
    revision: null,
    digest: "d",
    bytes: 7,
    why: null,
  };
  const models = new Map(plan.experiments.map(({ configurationId }) => [configurationId, model]));
  const found = await preflight(world, plan, { experiments: plan.experiments, models }, new AbortController().signal);
  return { found, slept };
}

it("finds what run does not look at elsewhere, and no more", async () => {
  const { found } = await find([printedH100]);
  if (!found.ok) throw new Error(found.problem.message);
  const states = Object.fromEntries(found.value.map(({ id, state }) => [id, state]));
  expect(states).toMatchObject({ gpu: "fine", "gpu-memory": "fine", "gpu-capability": "fine", "gpu-weights": "fine" });
  expect(Object.keys(states).filter((id) => /^(engine|model|dataset|tracking|results|client)/.test(id))).toEqual([]);
});

it("takes a warning for what it is", async () => {
  const { found } = await find([printedA100]);
  expect(found).toMatchObject({
    ok: true,
    value: expect.arrayContaining([expect.objectContaining({ id: "gpu-capability", state: "warning" })]) as unknown,
  });
});

it("refuses once it has looked twice, and says where all of it is shown", async () => {
  const busy = { ...printedH100, "memory.used": "60000" };
  const { found, slept } = await find([busy]);
  expect(found).toMatchObject({ ok: false, problem: { code: "not-ready" } });
  if (found.ok) return;
  expect(found.problem.message).toMatch(/^gpu-memory: baseline claims 73\.3 GiB of GPU 0 /);
  expect(found.problem.hint).toContain("ceteris doctor a.yaml");
  expect(slept).toContain(5000);
});

it("lets a run begin where an engine's memory has come back in between", async () => {
  const busy = { ...printedH100, "memory.used": "60000" };
  const { found } = await find([busy], [printedH100]);
  expect(found.ok).toBe(true);
});
