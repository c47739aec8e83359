import type { Launch, ProcessMark } from "../schema/launch.ts";
import type { World } from "../world/world.ts";
import { launchVariable } from "./launch-record.ts";
import { defaultPatience, type Patience } from "./process-group.ts";
import { holdsWithin } from "../world/holds-within.ts";

const pollMs = 50;

/** True of a process that carries the launch's mark: Linux shows the environment that a process was started with to its own user. */
export async function carriesMark(world: Pick<World, "files">, launch: Launch, pid: number): Promise<boolean> {
  const mark = launch.environmentValues.find(({ name }) => name === launchVariable);
  if (!mark) return false;
  try {
    const environment = (await world.files.readText(`/proc/${pid}/environ`)) ?? "";
    return environment.split("\0").includes(`${launchVariable}=${mark.value}`);
  } catch {
    return false; // another user's, or ended while it was looked at
  }
}

/** Every process that carries the launch's mark, wherever it belongs. */
export async function markedProcesses(
  world: Pick<World, "files" | "processes">,
  launch: Launch,
): Promise<ProcessMark[]> {
  const found: ProcessMark[] = [];
  for (const name of await world.files.list("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === world.processes.ownPid) continue;
    if (await carriesMark(world, launch, pid)) found.push(await world.processes.mark(pid));
  }
  return found;
}

/**
 * Ends what a launch left outside its group: an engine whose prefix put it into a session of its own, a process that a hook
 * left behind. Returns how many there were.
 */
export async function endMarked(
  world: Pick<World, "files" | "processes" | "clock">,
  launch: Launch,
  { terminateMs, killMs }: Patience = defaultPatience,
): Promise<number> {
  const all = await markedProcesses(world, launch);
  let left = all;
  const steps = [
    ["SIGTERM", terminateMs],
    ["SIGKILL", killMs],
  ] as const;
  for (const [signal, waitMs] of steps) {
    if (left.length === 0) break;
    for (const { pid } of left) world.processes.signal(pid, signal);
    await holdsWithin(world.clock, { withinMs: waitMs, everyMs: pollMs }, async () => {
      left = await living(world, left);
      return left.length === 0;
    });
  }
  return all.length;
}

async function living({ processes }: Pick<World, "processes">, marks: readonly ProcessMark[]): Promise<ProcessMark[]> {
  const alive = await Promise.all(marks.map((mark) => processes.isSame(mark)));
  return marks.filter((_, place) => alive[place]);
}
