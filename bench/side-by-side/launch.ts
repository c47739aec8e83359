import { spawnSync } from "node:child_process";
import { join } from "node:path";
import {
  cacheFolderOf,
  commandLine,
  launchEngine,
  prepareEnvironment,
  privateFolder,
  type RunningEngine,
} from "../../src/engine/index.ts";
import { loadEngine } from "../../src/matrix/index.ts";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import type { World } from "../../src/world/world.ts";
import { repositoryFolder } from "../peers/environment.ts";
import type { SideEngine } from "./engines.ts";

/** Starts the engine as `ceteris run` does, by its file. `folder` takes its log and what it needs beside it. */
export async function launchSideEngine(
  world: World,
  side: SideEngine,
  folder: string,
  say: (line: string) => void,
): Promise<Result<RunningEngine>> {
  const { engine, diagnostics } = loadEngine({
    name: side.name,
    read: (path) => world.files.readTextSync(path),
    sutFolders: [join(repositoryFolder, "sut")],
  });
  if (engine === null) {
    const said = diagnostics.map(({ message }) => message).join("; ");
    return fail("no-engine", `sut/${side.name}.yaml cannot be read: ${said}`, "ceteris plan says more.");
  }
  const cacheFolder = cacheFolderOf(world);
  const environment = await prepareEnvironment(world, engine, { cacheFolder, onProgress: say });
  if (!environment.ok) return environment;
  const model = modelOf(side, folder, environment.value.folder);
  if (!model.ok) return model;
  const port = await world.network.freePort();
  const launchFolder = join(folder, "launch");
  const command = commandLine({
    engine,
    model: model.value,
    revision: null,
    tokenizer: null,
    devices: [],
    extraArgs: [],
    knobs: side.knobs,
    executable: environment.value.executable,
    host: "127.0.0.1",
    port,
    folders: { private: privateFolder(world.machine.temporaryFolder), cache: cacheFolder },
    userVariables: world.variables,
  });
  const launched = await launchEngine(world, {
    engine,
    environment: environment.value,
    command,
    port,
    launchFolder,
    workingFolder: folder,
    id: "side-by-side",
    ordinal: 1,
    study: "side-by-side",
    configurationId: "side-by-side",
    onPhase: (phase, elapsedS) => say(`${side.name}: ${phase} after ${elapsedS.toFixed(0)} s`),
  });
  return launched.ok ? launched : fail(launched.problem.class, launched.problem.message, launched.problem.hint);
}

/** A folder of the repository, or a file that the environment's own python makes. */
function modelOf({ model }: SideEngine, folder: string, environment: string | null): Result<string> {
  if ("folder" in model) return succeed(join(repositoryFolder, model.folder));
  const file = join(folder, model.file);
  const python = environment === null ? "python3" : join(environment, "bin", "python");
  const { status, stderr } = spawnSync(python, [join(repositoryFolder, model.script), file], { encoding: "utf8" });
  return status === 0 ? succeed(file) : fail("no-model", `${model.script}: ${stderr}`, "Run it by hand.");
}
