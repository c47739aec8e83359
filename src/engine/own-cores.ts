import { coresOf } from "../math/core-list.ts";
import type { World } from "../world/world.ts";

/** The client needs one core, and its runtime's helpers another where there are more to give. */
const CORES_OF_CLIENT = 2;

/** Lists of cores as taskset(1) takes them. */
export interface DividedCores {
  engine: string;
  client: string;
  /** What the client could use before. */
  all: string;
}

/** The last core or two of those that this process may use for the client, the others for the engine; null of a single core. */
export function divided(allowed: string): DividedCores | null {
  const cores = coresOf(allowed);
  if (cores.length < 2) return null;
  const from = cores.length - (cores.length < 2 * CORES_OF_CLIENT ? 1 : CORES_OF_CLIENT);
  return { engine: cores.slice(0, from).join(","), client: cores.slice(from).join(","), all: allowed };
}

/**
 * Keeps this process, its threads and what it starts to the client's cores, so that an engine which computes on this machine
 * has the others to itself. Null where nothing is divided: a single core, another system than Linux, no taskset.
 */
export async function divideCores(world: Pick<World, "files" | "processes">): Promise<DividedCores | null> {
  const status = await world.files.readText("/proc/self/status").catch(() => null);
  const cores = divided(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status ?? "")?.[1] ?? "");
  return cores !== null && (await keepTo(world, cores.client)) ? cores : null;
}

/** Gives this process all its cores back. */
export async function undivideCores(world: Pick<World, "processes">, { all }: DividedCores): Promise<void> {
  await keepTo(world, all);
}

async function keepTo({ processes }: Pick<World, "processes">, cores: string): Promise<boolean> {
  const { code } = await processes.run(["taskset", "-a", "-p", "-c", cores, String(processes.ownPid)]);
  return code === 0;
}
