import { buildIndex } from "../index/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { resultsFolderOf, type ResultsOptions } from "./results-folder.ts";
import { countText } from "../math/figures.ts";

/** `ceteris index`: DuckDB from the folders. */
export async function indexCommand(world: World, options: ResultsOptions): Promise<number> {
  const built = await buildIndex(world, resultsFolderOf(world, options));
  if (!built.ok) return explainFault(world, built.problem);
  explainLeftOut(world, built.value.leftOut);
  world.streams.out(`${built.value.path}: ${countText(built.value.trials, "trial")}\n`);
  return exitCodes.done;
}
