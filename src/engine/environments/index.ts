import type { EnvironmentDeclaration } from "../../schema/engine-file.ts";
import type { Engine } from "../../schema/engine.ts";
import type { Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { docker } from "./docker.ts";
import { endpoint } from "./endpoint.ts";
import type { EnvironmentKind, PreparationOptions, PreparedEnvironment } from "./environment.ts";
import { path } from "./path.ts";
import { uv } from "./uv.ts";

const kinds: { [Kind in EnvironmentDeclaration["kind"]]: EnvironmentKind<Kind> } = { docker, endpoint, path, uv };

/** Sees to it that the engine is there, as its file declares. What is missing is a failure that says how to get it. */
export async function prepareEnvironment(
  world: World,
  engine: Engine,
  options: PreparationOptions,
): Promise<Result<PreparedEnvironment>> {
  const { environment } = engine;
  const prepare = kinds[environment.kind] as EnvironmentKind<typeof environment.kind>;
  return await prepare(world, environment, engine, options);
}
