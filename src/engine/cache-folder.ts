import { join } from "node:path";
import type { World } from "../world/world.ts";

/** Where environments and compile caches are kept between studies: `$CETERIS_CACHE`, else `ceteris` below `$XDG_CACHE_HOME`, else below `~/.cache`. */
export function cacheFolderOf(world: Pick<World, "variables" | "machine">): string {
  const { CETERIS_CACHE: own, XDG_CACHE_HOME: shared } = world.variables;
  return own || join(shared || join(world.machine.homeFolder, ".cache"), "ceteris");
}
