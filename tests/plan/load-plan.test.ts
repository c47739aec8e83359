import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadPlan } from "../../src/plan/load-plan.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { repository } from "../support/cli.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

it("reads how many tokens a model was made for where its folder is here", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sut"));
  mkdirSync(join(folder, "models/small"), { recursive: true });
  writeFileSync(join(folder, "models/small/config.json"), JSON.stringify({ max_position_embeddings: 2048 }));
  const matrix = (model: string) => `study: a
question: Why?
sut: { engine: vllm, model: ${model} }
baseline: { knobs: { max_model_len: 4096 } }
design: { kind: isolation, changes: [{ id: seqs, set: { max_num_seqs: 16 } }] }
workloads: [{ workload: w, prompt: tokens, dataset: { kind: synthetic, profile: chat } }]
`;
  writeFileSync(join(folder, "here.yaml"), matrix("models/small"));
  writeFileSync(join(folder, "hub.yaml"), matrix("acme/small"));
  const world = realWorld();
  const codes = async (file: string) => {
    const machine = { ...world.machine, workingFolder: folder, packageFolder: repository };
    const { diagnostics } = await loadPlan({ ...world, machine }, { matrix: file });
    return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
  };
  expect(await codes("here.yaml")).toEqual(["length-over-model"]);
  expect(await codes("hub.yaml")).toEqual([]);
});

it("takes a matrix that is not in the working folder from the program, which ships with some", async () => {
  const folder = temporaryFolder();
  const world = realWorld();
  const machine = { ...world.machine, workingFolder: folder, packageFolder: repository };
  const planOf = (matrix: string) => loadPlan({ ...world, machine }, { matrix });
  expect(await planOf("matrices/demo.yaml")).toMatchObject({ root: repository, plan: { study: { name: "demo" } } });
  expect((await planOf("matrices/none.yaml")).diagnostics).toMatchObject([{ code: "missing-file" }]);
  mkdirSync(join(folder, "matrices"));
  writeFileSync(join(folder, "matrices/demo.yaml"), "study: own\n");
  expect((await planOf("matrices/demo.yaml")).root).toBe(join(folder, "matrices"));
});
