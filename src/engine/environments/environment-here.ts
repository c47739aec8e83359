import { join, resolve } from "node:path";
import type { Engine } from "../../schema/engine.ts";
import type { World } from "../../world/world.ts";
import { declaredContainer } from "./docker.ts";
import type { PreparedEnvironment } from "./environment.ts";
import { prepareEnvironment } from "./index.ts";
import { environmentFolder } from "./uv-environment.ts";

/**
 * The program of an engine as this machine has it, for a command that is shown: found and not made. An environment of uv is named
 * by the place where `run` makes it; a program or an image that is not here by its name. Empty where nothing is started.
 */
export async function environmentHere(
  world: World,
  engine: Engine,
  cacheFolder: string,
): Promise<Pick<PreparedEnvironment, "executable" | "container">> {
  const { environment } = engine;
  const look = { cacheFolder, lookOnly: true as const, onProgress: () => undefined };
  switch (environment.kind) {
    case "endpoint":
      return { executable: [] };
    case "docker": {
      const found = await prepareEnvironment(world, engine, look);
      if (found.ok) return found.value;
      return { executable: [environment.executable], container: declaredContainer(environment, engine) };
    }
    case "uv": {
      const { name, requirements, after, executable } = environment;
      const made = await environmentFolder(world, {
        name,
        cacheFolder,
        requirementsFile: resolve(engine.folder, requirements),
        ...(after === undefined ? {} : { afterFile: resolve(engine.folder, after) }),
      });
      return { executable: [made.ok ? join(made.value.folder, executable) : executable] };
    }
    case "path": {
      const found = await prepareEnvironment(world, engine, look);
      return found.ok ? found.value : { executable: [environment.executable] };
    }
  }
}
