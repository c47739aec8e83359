import type { Child, World } from "../world/world.ts";
import { untilGpuMemoryIsFree, type GpuMemory } from "./gpu-memory.ts";
import type { LaunchRecord } from "./launch-record.ts";
import { endMarked } from "./marked-processes.ts";
import { endGroupSurely, shortPatience } from "./process-group.ts";
import { undivideCores, type DividedCores } from "./own-cores.ts";
import type { LaunchRequest } from "./running-engine.ts";

/** The kernel frees a port when its last socket is closed; an engine that was killed needs no longer. */
const portMs = 5000;
const portPollMs = 100;

/** A process that was started, and what has to be as before when it has ended. */
export interface StartedEngine {
  child: Child;
  startedNs: bigint;
  /** Before the start; null where there is no nvidia-smi. */
  gpuMemory: GpuMemory | null;
  /** How the cores were divided; null where they were not. */
  cores: DividedCores | null;
  /** Names of shared-memory segments before the start. */
  sharedMemory: ReadonlySet<string>;
}

/**
 * Ends an engine of ours and completes its record: the whole group, then the port and the GPU memory seen free, then
 * its private folder removed. What does not come free is a notice: the launch that comes next finds it and says so.
 */
export async function endLaunch(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
  started: StartedEngine,
): Promise<void> {
  const { child, startedNs } = started;
  const elapsedS = () => Number(world.clock.nowNs() - startedNs) / 1e9;
  const notice = request.onNotice ?? (() => undefined);
  const beganS = elapsedS();
  const patience = request.signal?.aborted ? shortPatience : request.patience;
  const end = await endGroupSurely(world, child, patience);
  await endMarked(world, record.value(), patience);
  if (started.cores !== null) await undivideCores(world, started.cores);
  if (end.left.length > 0) {
    const pids = end.left.map(({ pid }) => pid).join(", ");
    notice(`launch ${request.id}: process ${pids} did not end after SIGKILL; it is left to the kernel`);
  }
  if (end.signal === "SIGKILL") await noticeSharedMemory(world, request.id, started.sharedMemory, notice);
  if (!(await untilPortIsFree(world, record.value().port)))
    notice(`launch ${request.id}: port ${record.value().port} is still taken after the engine was ended`);
  for (const { uuid, heldMib } of await untilGpuMemoryIsFree(world, started.gpuMemory))
    notice(`launch ${request.id}: ${heldMib} MiB of GPU ${uuid} were not given back; look at nvidia-smi`);
  const folder = request.command.privateFolder;
  if (folder !== null) await world.files.remove(folder);
  const atS = Math.round(elapsedS() * 1000) / 1000;
  const phase = { id: "stop", atS, tookS: Math.round((atS - beganS) * 1000) / 1000 };
  await record.update({
    endedAt: world.clock.wall(),
    exit: child.exit(),
    phases: [...record.value().phases, phase],
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
    request.onNotice?.(`launch ${request.id}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function untilPortIsFree({ network, clock }: World, port: number): Promise<boolean> {
  const deadlineNs = clock.nowNs() + BigInt(portMs) * 1_000_000n;
  while (!(await network.portIsFree(port))) {
    if (clock.nowNs() >= deadlineNs) return false;
    await clock.sleep(portPollMs);
  }
  return true;
}

/** Python's shared-memory segments, of which a killed vLLM leaves two. */
export async function sharedMemoryNames({ files }: Pick<World, "files">): Promise<Set<string>> {
  return new Set((await files.list("/dev/shm")).filter((name) => name.startsWith("psm_")));
}

/** Segments bear no owner's name, so those that came since the start and stay are told and not removed: another program may use them. */
async function noticeSharedMemory(
  world: World,
  id: string,
  before: ReadonlySet<string>,
  notice: (message: string) => void,
): Promise<void> {
  const left = [...(await sharedMemoryNames(world))].filter((name) => !before.has(name));
  if (left.length === 0) return;
  notice(
    `launch ${id} had to be killed; /dev/shm has ${left.join(", ")} since its start: remove them if no other program uses them`,
  );
}
