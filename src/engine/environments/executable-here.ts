import { join, resolve } from "node:path";
import type { Engine } from "../../schema/engine.ts";
import type { World } from "../../world/world.ts";
import { prepareEnvironment } from "./index.ts";
import { environmentFolder } from "./uv-environment.ts";

/**
 * The program of an engine as this machine has it, for a command that is shown: found and not made. An environment of uv is named
 * by the place where `run` makes it; a program that is not here by its name. Empty where nothing is started.
 */
export async function executableHere(world: World, engine: Engine, cacheFolder: string): Promise<string[]> {
  const { environment } = engine;
  switch (environment.kind) {
    case "endpoint":
      return [];
    case "docker":
      return [environment.kind];
    case "uv": {
      const { name, requirements, after, executable } = environment;
      const made = await environmentFolder(world, {
        name,
        cacheFolder,
        requirementsFile: resolve(engine.folder, requirements),
        ...(after === undefined ? {} : { afterFile: resolve(engine.folder, after) }),
      });
      return [made.ok ? join(made.value.folder, executable) : executable];
    }
    case "path": {
      const found = await prepareEnvironment(world, engine, { cacheFolder, onProgress: () => undefined });
      return found.ok ? found.value.executable : [environment.executable];
    }
  }
}
