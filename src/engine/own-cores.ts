import { coresOf } from "../math/core-list.ts";
import { allowedCores } from "../world/kernel-files.ts";
import type { World } from "../world/world.ts";

/** One core for the client, and one for the threads of its runtime where the machine has cores to spare. */
const CORES_OF_CLIENT = 2;

/** Lists of cores as taskset(1) takes them. */
export interface DividedCores {
  engine: string;
  client: string;
  /** What the client could use before. */
  all: string;
}

/** Of the cores that this process may use, the last one or two for the client and the others for the engine; null of a single core. */
export function divided(allowed: string): DividedCores | null {
  const cores = coresOf(allowed);
  if (cores.length < 2) return null;
  const from = cores.length - (cores.length < 2 * CORES_OF_CLIENT ? 1 : CORES_OF_CLIENT);
  return { engine: cores.slice(0, from).join(","), client: cores.slice(from).join(","), all: allowed };
}

/**
 * Pins this process, its threads and what it starts to the client's cores, so that an engine which computes on this machine
 * has the others to itself. Null where nothing is divided: on a single core, on a system other than Linux, without taskset.
 */
export async function divideCores(world: Pick<World, "files" | "processes">): Promise<DividedCores | null> {
  const cores = divided(await allowedCores(world.files, "self"));
  if (cores === null) return null;
  if (await keepTo(world, cores.client)) return cores;
  await undivideCores(world, cores); // taskset may have moved some threads before it failed
  return null;
}

/** Lets this process use all its cores again. */
export async function undivideCores(world: Pick<World, "processes">, { all }: DividedCores): Promise<void> {
  await keepTo(world, all);
}

async function keepTo({ processes }: Pick<World, "processes">, cores: string): Promise<boolean> {
  const { code } = await processes.run(["taskset", "-a", "-p", "-c", cores, String(processes.ownPid)]);
  return code === 0;
}
