import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { environmentHere } from "../../../src/engine/environments/environment-here.ts";
import { environmentKey } from "../../../src/engine/environments/uv-environment.ts";
import type { Engine } from "../../../src/schema/engine.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { engineWith } from "../../support/engines.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

async function here(environment: Engine["environment"], folder: string, path = folder): Promise<string[]> {
  const world = { ...realWorld(), variables: { PATH: path } };
  return (await environmentHere(world, engineWith({ environment, folder }), "/cache")).executable;
}

it("is the path of what is found, this program by its runtime and script, and a name where nothing is found", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "vllm"), "");
  expect(await here({ kind: "path", executable: "vllm" }, folder)).toEqual([join(folder, "vllm")]);
  expect(await here({ kind: "path", executable: "vllm" }, folder, "/nowhere")).toEqual(["vllm"]);
  const { node, entry } = realWorld().processes.self;
  expect(await here({ kind: "path", executable: "{ceteris}" }, folder)).toEqual([node, entry]);
});

it("is the place in an environment that may not be made yet", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "requirements"));
  writeFileSync(join(folder, "requirements", "vllm.txt"), "vllm==0.32.0\n");
  const environment = {
    kind: "uv",
    name: "vllm-cpu",
    requirements: "requirements/vllm.txt",
    executable: "bin/vllm",
  } as const;
  const key = environmentKey("vllm==0.32.0\n", "");
  expect(await here(environment, folder)).toEqual([`/cache/environments/vllm-cpu-${key}/bin/vllm`]);
});
