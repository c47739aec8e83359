import { fail, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

const pollMs = 500;
/** Longer than the slowest installation worth waiting for. */
const timeoutMs = 45 * 60_000;
/** A holder writes its name at once; a lock that is empty for longer lost its holder in between. */
const emptyForMs = 10_000;

/** Runs an action while holding a lock file, waiting for a holder that lives and replacing one that is dead. */
export async function withLock<Value>(
  world: World,
  lockFile: string,
  onProgress: (line: string) => void,
  action: () => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const { clock, files } = world;
  const deadlineNs = clock.nowNs() + BigInt(timeoutMs) * 1_000_000n;
  const own = await ownName(world);
  let waiting = false;
  while (!(await files.createExclusive(lockFile, own))) {
    if (await removeStale(world, lockFile)) continue;
    if (!waiting) onProgress(`Waiting for another run, which holds ${lockFile}`);
    waiting = true;
    if (clock.nowNs() > deadlineNs)
      return fail(
        "locked",
        `another run has held ${lockFile} for ${timeoutMs / 60_000} minutes`,
        "When no other run is under way, delete that file and try again.",
      );
    await clock.sleep(pollMs);
  }
  try {
    return await action();
  } finally {
    await files.remove(lockFile);
  }
}

async function ownName({ processes, machine }: World): Promise<string> {
  const { pid, startTicks } = await processes.mark(processes.ownPid);
  return `${pid} ${startTicks ?? "-"} ${machine.hostname}\n`;
}

/** Removes the lock of a process that is gone; true where the lock may be free now. */
async function removeStale(world: World, lockFile: string): Promise<boolean> {
  const { files, processes } = world;
  const holder = await files.readText(lockFile);
  if (holder === null) return true;
  if (holder === "" ? !(await isOld(world, lockFile)) : await holderLives(world, holder)) return false;
  // Renamed first, since only one of several that wait can rename the same file; put back where a new holder had
  // taken the lock in between.
  const aside = `${lockFile}.stale.${processes.ownPid}`;
  try {
    await files.rename(lockFile, aside);
  } catch {
    return true; // another one was faster
  }
  const renamed = await files.readText(aside);
  if (renamed !== null && renamed !== holder) await files.createExclusive(lockFile, renamed);
  await files.remove(aside);
  return true;
}

async function isOld({ files, clock }: World, lockFile: string): Promise<boolean> {
  const found = await files.stat(lockFile);
  return found !== null && Date.parse(clock.wall()) - found.modifiedMs > emptyForMs;
}

/** A holder on another machine (a shared home folder) cannot be looked at: it counts as alive. */
async function holderLives({ processes, machine }: World, holder: string): Promise<boolean> {
  const [pid = "", ticks = "", host] = holder.trim().split(" ");
  if (host !== machine.hostname) return true;
  return await processes.isSame({ pid: Number(pid), startTicks: ticks === "-" ? null : Number(ticks) });
}
