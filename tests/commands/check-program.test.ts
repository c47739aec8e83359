import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkModelName, checkProgram } from "../../src/commands/check-program.ts";
import { expandStudy } from "../../src/design/index.ts";
import { loadPlan } from "../../src/plan/index.ts";
import type { Engine } from "../../src/schema/engine.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeEngine, makeStudy } from "../support/make-study.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

it("warns where the engine's program is not on this machine", async () => {
  const folder = temporaryFolder();
  const world = { ...realWorld(), variables: { PATH: `${folder}:/nowhere` } };
  const found = async (environment: Engine["environment"]) => {
    const study = makeStudy({ kind: "isolation", changes: [] }, { engine: { ...makeEngine(), environment } });
    return (await checkProgram(world, { study, experiments: expandStudy(study).experiments }, folder)).map(
      ({ severity, message }) => `${severity}: ${message}`,
    );
  };
  expect(await found({ kind: "path", executable: "engine" })).toEqual([
    "warning: test-engine: no program engine on PATH",
  ]);
  writeFileSync(join(folder, "engine"), "");
  expect(await found({ kind: "path", executable: "engine" })).toEqual([]);
  expect(await found({ kind: "path", executable: "{ceteris}" })).toEqual([]);
  expect(await found({ kind: "docker", image: "vllm", executable: "vllm" })).toEqual([
    "warning: test-engine: no program docker on PATH",
  ]);
  expect(await found({ kind: "endpoint", url: "http://127.0.0.1:1" })).toEqual([]);
  expect(await found({ kind: "uv", name: "e", requirements: "none.txt", executable: "bin/e" })).toEqual([]);
});

it("finds a model's folder that is not there, or is none", async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, "empty"));
  const codes = async (model: string): Promise<string[]> => {
    const study = makeStudy({ kind: "isolation", changes: [] }, { model });
    const { experiments } = expandStudy(study);
    const found = await checkModelName({ ...realWorld(), variables: {} }, { study, experiments }, root);
    return found.map(({ code, severity }) => `${severity} ${code}`);
  };
  expect(await codes("./none")).toEqual(["error model-not-found"]);
  expect(await codes("none")).toEqual(["error model-not-found"]);
  expect(await codes("./empty")).toEqual(["error not-a-model"]);
  writeFileSync(join(root, "empty/config.json"), "{}");
  expect(await codes("./empty")).toEqual(["error no-weights"]);
  writeFileSync(join(root, "empty/model.safetensors"), "w");
  expect(await codes("./empty")).toEqual([]);
  expect(await codes("org/on-the-hub")).toEqual([]);
});

it("looks at the engine, the environment and the model of each row, and shows the fault where the row names them", async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, "sut"));
  mkdirSync(join(root, "experiments"));
  const newer = "extends: simulated\norigin: simulated\nenvironment: { kind: path, executable: newer-engine }\n";
  writeFileSync(join(root, "sut/newer.yaml"), newer);
  // A real engine, whose models are looked for.
  const real = `format: ceteris.engine/1
version: 1.0.0
environment: { kind: path, executable: "{ceteris}" }
command: ["{executable}", "{model}"]
knobs: { max_num_seqs: { flag: --seqs, type: int } }
`;
  writeFileSync(join(root, "sut/real.yaml"), real);
  const matrix = `study: a
question: q?
sut: { engine: real, model: org/one }
baseline: {}
design:
  kind: isolation
  changes:
    - { id: engine, set: { sut.engine: newer } }
    - { id: version, set: { sut.version: 1.1.0, sut.environment: { kind: path, executable: other-engine } } }
    - { id: model, set: { sut.model: ./nowhere } }
workloads: [{ workload: w, dataset: { kind: synthetic, input_tokens: 8, output_tokens: 8 } }]
`;
  writeFileSync(join(root, "a.yaml"), matrix);
  const machineWorld = realWorld();
  const world = {
    ...machineWorld,
    variables: { PATH: "/nowhere" },
    machine: { ...machineWorld.machine, workingFolder: root },
  };
  const { plan, diagnostics } = await loadPlan(world, { matrix: "a.yaml" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const found = [...(await checkModelName(world, plan!, root)), ...(await checkProgram(world, plan!, root))];
  expect(found.map(({ code, line, message }) => [code, line, message])).toEqual([
    ["model-not-found", 10, `there is no model at ${join(root, "nowhere")}`],
    ["program-not-found", 8, "newer: no program newer-engine on PATH"],
    ["program-not-found", 9, "real: no program other-engine on PATH"],
  ]);
});
