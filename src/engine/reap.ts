import { join } from "node:path";
import { ownFailure, type Launch, type ProcessMark } from "../schema/launch.ts";
import type { World } from "../world/world.ts";
import { endContainers } from "./containers.ts";
import { readLaunch, writeLaunch } from "./launch-record.ts";
import { carriesMark, endMarked } from "./marked-processes.ts";
import { recordedPrivateFolder } from "./private-folder.ts";
import { endGroup, type Patience } from "./process-group.ts";

/** Nobody waits for what an orphan has to say; a real EngineCore without its API server heeds SIGTERM and not SIGINT. */
const reapPatience: Patience = { interruptMs: 2000, terminateMs: 5000, killMs: 5000 };

/**
 * Ends what the launches of a killed run left: for each `launch.json` without an end, the processes of its group, and
 * its private folder. A launch whose run lives is left to it, and so is one whose processes cannot be seen from here: of another
 * host or container.
 *
 * A group is ended only where it is certainly the launch's own: one of its processes has the pid and the start time of
 * one that was recorded, or carries the launch's mark in its environment. While one such process lives, the kernel
 * gives the group's number to nobody else. A pid that was used again is never touched, and no process is looked for by
 * its name. A container is ended by its label, which is the mark too.
 *
 * Returns the launches that were closed, with the number of processes and containers ended; null for one whose container nobody
 * can ask about now, which stays open for the next run.
 */
export async function reapLeftovers(
  world: World,
  launchesFolder: string,
  patience: Patience = reapPatience,
): Promise<{ launch: string; ended: number | null }[]> {
  const reaped: { launch: string; ended: number | null }[] = [];
  for (const name of await world.files.list(launchesFolder)) {
    const folder = join(launchesFolder, name);
    const launch = await readLaunch(world.files, folder);
    if (!launch || launch.endedAt !== null || (await isLeftToItsRun(world, launch))) continue;
    const ended = await endLeftovers(world, launch, patience);
    reaped.push({ launch: launch.id, ended });
    if (ended === null) continue;
    const temporary = recordedPrivateFolder(launch);
    if (temporary !== null) await world.files.remove(temporary);
    await writeLaunch(world.files, folder, {
      ...launch,
      endedAt: world.clock.wall(),
      failure:
        launch.failure ??
        ownFailure(
          "abandoned",
          "ceteris ended before this engine was stopped; what was left of it was ended by a later run",
          "Nothing to do: its trial is run again.",
        ),
    });
  }
  return reaped;
}

async function isLeftToItsRun({ machine, processes }: World, { holder }: Launch): Promise<boolean> {
  if (holder === undefined) return false;
  return holder.processTable !== machine.processTable || (await processes.isSame(holder.process));
}

/**
 * The group that is recorded, and whatever else carries the launch's mark: its container, a start that was never recorded, a
 * hook, an engine that left its group.
 */
async function endLeftovers(world: World, launch: Launch, patience: Patience): Promise<number | null> {
  const group = launch.processGroup?.pid ?? null;
  const members = group === null ? [] : await world.processes.membersOf(group);
  const isOurs = group !== null && (await isOfLaunch(world, launch, members));
  const end = isOurs ? await endGroup(world, group, patience) : null;
  const ended = end === null ? 0 : end.members.length - end.left.length;
  const containers = await endContainers(world, launch, patience);
  const marked = await endMarked(world, launch, patience);
  return containers === null ? null : ended + containers + marked;
}

async function isOfLaunch(world: World, launch: Launch, members: readonly ProcessMark[]): Promise<boolean> {
  const recorded = [...(launch.processGroup ? [launch.processGroup] : []), ...launch.members];
  for (const member of members) {
    if (recorded.some((mark) => isSameMark(mark, member))) return true;
    if (await carriesMark(world, launch, member.pid)) return true;
  }
  return false;
}

/** Without a start time nothing is certain, so nothing is the same. */
function isSameMark(left: ProcessMark, right: ProcessMark): boolean {
  return left.pid === right.pid && left.startTicks !== null && left.startTicks === right.startTicks;
}
