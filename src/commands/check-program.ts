import { cacheFolderOf, checkModelHere, modelQuestion, prepareEnvironment } from "../engine/index.ts";
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

/** What is wrong with the model, as far as its name and this machine's folders tell; the hub is not asked. */
export async function checkModelName(world: World, study: Plan["study"], root: string): Promise<Diagnostic[]> {
  // `no-model` reports a name that no file can have.
  if (study.model.trim() === "" || study.model.includes("\0")) return [];
  const checked = await checkModelHere(world, modelQuestion(study, root));
  if (checked === null || checked.ok) return [];
  return [diagnosticOf(study, "/sut/model", { ...checked.problem, severity: "error" }, "value")];
}
