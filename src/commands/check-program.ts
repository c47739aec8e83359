import { cacheFolderOf, prepareEnvironment } from "../engine/index.ts";
import { diagnosticOf } from "../matrix/index.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Plan } from "../schema/plan.ts";
import type { World } from "../world/world.ts";

/** Whether the engine's program is on this machine: a warning, since another one may have it. An environment of uv is made by `run`. */
export async function checkProgram(world: World, { study }: Pick<Plan, "study">): Promise<Diagnostic[]> {
  if (study.engine.environment.kind === "uv") return [];
  const options = { cacheFolder: cacheFolderOf(world), onProgress: () => {} };
  const prepared = await prepareEnvironment(world, study.engine, options);
  if (prepared.ok) return [];
  return [diagnosticOf(study, "/sut/engine", { ...prepared.problem, severity: "warning" }, "value")];
}
