import { countText } from "../math/figures.ts";
import type { Child, World } from "../world/world.ts";
import { untilGpuMemoryIsFree, type GpuHolder, type GpuMemory } from "./gpu-memory.ts";
import { endContainers } from "./containers.ts";
import type { LaunchRecord } from "./launch-record.ts";
import { endMarked } from "./marked-processes.ts";
import {
  defaultPatience,
  endGroupSurely,
  gentleS,
  shortPatience,
  type GroupEnd,
  type Patience,
} from "./process-group.ts";
import { undivideCores, type DividedCores } from "./own-cores.ts";
import type { LaunchRequest } from "./running-engine.ts";
import { holdsWithin } from "../world/holds-within.ts";
import { messageOf } from "../schema/result.ts";

/** The kernel frees a port when its last socket is closed; an engine that was killed needs no longer. */
const portWait = { withinMs: 5000, everyMs: 100 };

/** The exit code of a container that SIGKILL has ended: 128 + 9. */
const killedCode = 137;

/** A process that was started, and what has to be as before when it has ended. */
export interface StartedEngine {
  child: Child;
  startedNs: bigint;
  /** Before the start; null where there is no nvidia-smi. */
  gpuMemory: GpuMemory | null;
  /** Who held the GPUs' memory before the start. */
  gpuHolders: readonly GpuHolder[];
  /** How the cores were divided; null where they were not. */
  cores: DividedCores | null;
  /** Names of shared-memory segments before the start. */
  sharedMemory: ReadonlySet<string>;
}

/**
 * Ends an engine of ours and completes its record: its container where it has one, the whole group, then the port and the GPU memory seen free, then
 * its private folder removed. What went otherwise than it should (signals that were not heeded, processes outside the group,
 * a port or memory that does not come free) is a notice, also in the record.
 */
export async function endLaunch(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
  started: StartedEngine,
): Promise<void> {
  const { child, startedNs } = started;
  const elapsedS = () => Number(world.clock.nowNs() - startedNs) / 1e9;
  const notices: string[] = [];
  const notice = (message: string): void => {
    notices.push(message);
    request.onNotice?.(`launch ${request.id}: ${message}`);
  };
  const beganS = elapsedS();
  const isHurried = request.signal?.aborted === true;
  const patience = isHurried ? shortPatience : (request.patience ?? defaultPatience);
  const stopped = await endContainers(world, record.value(), patience);
  const end = await endGroupSurely(world, child, patience);
  if (end.killed > 0 && !isHurried) notice(notHeeded(end, patience));
  // A client that was just starting its container has left it by now.
  const left = stopped === 0 ? await endContainers(world, record.value(), patience) : stopped;
  if (left === null)
    notice(
      "the client of the container does not answer: whether the container has ended is unknown; list the running containers",
    );
  const isKilled = stopped !== null && stopped > 0 && child.exit()?.code === killedCode;
  if (isKilled && !isHurried)
    notice(`the container did not heed SIGINT within ${gentleS(patience)} s, and ended by SIGKILL`);
  const outside = await endMarked(world, record.value(), patience);
  if (outside > 0)
    notice(
      `ended ${countText(outside, "process", "processes")} outside the engine's group, found by the launch's mark`,
    );
  if (started.cores !== null) await undivideCores(world, started.cores);
  if (end.left.length > 0) {
    const pids = end.left.map(({ pid }) => pid).join(", ");
    notice(`process ${pids} did not end after SIGKILL; it is left to the kernel`);
  }
  if (end.signal === "SIGKILL" || isKilled) await noticeSharedMemory(world, started.sharedMemory, notice);
  const { port } = record.value();
  if (!(await holdsWithin(world.clock, portWait, () => world.network.portIsFree(port))))
    notice(`port ${port} is still taken after the engine was ended; \`ss -ltnp sport = :${port}\` shows by whom`);
  for (const { uuid, heldMib } of await untilGpuMemoryIsFree(world, started.gpuMemory))
    notice(`${heldMib} MiB of GPU ${uuid} were not given back; look at nvidia-smi`);
  const folder = request.command.privateFolder;
  if (folder !== null) await world.files.remove(folder);
  const atS = Math.round(elapsedS() * 1000) / 1000;
  const phase = { id: "stop", atS, tookS: Math.round((atS - beganS) * 1000) / 1000 };
  await record.update({
    endedAt: world.clock.wall(),
    exit: child.exit(),
    phases: [...record.value().phases, phase],
    ...(notices.length === 0 ? {} : { notices }),
  });
  request.onPhase?.(phase.id, phase.atS);
}

/** The same after an internal error. The caller reports that error, so what fails here is only a notice. */
export async function endSurely(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
  started: StartedEngine,
): Promise<void> {
  await endLaunch(world, request, record, started).catch((error: unknown) => {
    request.onNotice?.(`launch ${request.id}: ${messageOf(error)}`);
  });
}

/** What needed SIGKILL, and how long the signals before it were given. */
function notHeeded({ killed, members }: GroupEnd, { interruptMs, terminateMs }: Patience): string {
  const which = `${killed} of ${countText(members.length, "process", "processes")} of the engine`;
  return `${which} heeded neither SIGINT within ${interruptMs / 1000} s nor SIGTERM within ${terminateMs / 1000} s, and ended by SIGKILL`;
}

/** Python's shared-memory segments, of which a killed vLLM leaves two. */
export async function sharedMemoryNames({ files }: Pick<World, "files">): Promise<Set<string>> {
  return new Set((await files.list("/dev/shm")).filter((name) => name.startsWith("psm_")));
}

/** Segments bear no owner's name, so those that came since the start and stay are told and not removed: another program may use them. */
async function noticeSharedMemory(
  world: World,
  before: ReadonlySet<string>,
  notice: (message: string) => void,
): Promise<void> {
  const left = [...(await sharedMemoryNames(world))].filter((name) => !before.has(name));
  if (left.length === 0) return;
  notice(
    `it had to be killed, and /dev/shm has ${left.join(", ")} since its start: remove them if no other program uses them`,
  );
}
