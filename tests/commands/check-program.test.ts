import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkModelName, checkProgram } from "../../src/commands/check-program.ts";
import { expandStudy } from "../../src/design/index.ts";
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
    return (await checkProgram(world, { study, experiments: expandStudy(study).experiments })).map(
      ({ severity, message }) => `${severity}: ${message}`,
    );
  };
  expect(await found({ kind: "path", executable: "engine" })).toEqual([
    "warning: test-engine: no program engine on PATH",
  ]);
  writeFileSync(join(folder, "engine"), "");
  expect(await found({ kind: "path", executable: "engine" })).toEqual([]);
  expect(await found({ kind: "path", executable: "{ceteris}" })).toEqual([]);
  expect(await found({ kind: "docker", image: "vllm" })).toEqual([
    expect.stringMatching(/^warning: test-engine: an engine from a docker image \(vllm\) cannot be started/),
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
