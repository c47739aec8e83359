import { join } from "node:path";
import { fromDisk, toDisk } from "../schema/disk.ts";
import type { Json } from "../schema/json.ts";
import type { ProcessMark } from "../schema/launch.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";

export const lockName = ".lock";

/** Held by whoever sends a study to the mirrors: two who send at once would each make its runs. */
export const sendLockName = ".send.lock";

/** What the lock file says of who holds it. */
interface LockOwner {
  process: ProcessMark;
  host: string;
  since: string;
}

export interface StudyLock {
  /** Removes the lock where it is still ours. */
  release(): Promise<void>;
}

type Touches = Pick<World, "files" | "processes" | "machine" | "clock">;

/** A lock file without content is being written at this moment, or its writer was killed then: so long is waited to tell which. */
const writingMs = 1000;
const lookEveryMs = 50;
const sendLookEveryMs = 250;

/**
 * Takes `<study>/.lock`, so that one run works on a study at a time. A lock whose process is gone is taken over; a living
 * one is the failure `study-is-running` that names it. A lock of another host is believed: its processes cannot be seen.
 */
export function takeLock(world: Touches, studyFolder: string): Promise<Result<StudyLock>> {
  return takeLockFile(world, join(studyFolder, lockName));
}

/** Takes `<study>/.send.lock`, waiting for its holder for so long (ms); then the failure names the holder. */
export async function takeSendLock(world: Touches, studyFolder: string, waitMs: number): Promise<Result<StudyLock>> {
  for (let waitedMs = 0; ; waitedMs += sendLookEveryMs) {
    const taken = await takeLockFile(world, join(studyFolder, sendLockName));
    if (taken.ok) return taken;
    if (waitedMs >= waitMs) {
      const { message } = taken.problem;
      return fail("study-is-sent", message.replace("running this study", "sending this study"), "Wait for it to end.");
    }
    await world.clock.sleep(sendLookEveryMs);
  }
}

async function takeLockFile(world: Touches, path: string): Promise<Result<StudyLock>> {
  const { files, processes, machine, clock } = world;
  const mine: LockOwner = {
    process: await processes.mark(processes.ownPid),
    host: machine.hostname,
    since: clock.wall(),
  };
  const text = `${JSON.stringify(toDisk(mine))}\n`;
  if (await files.createExclusive(path, text)) return succeed(held(world, path, text));

  const found = await readWhenWritten(world, path);
  const owner = found === null ? null : parse(found);
  if (owner !== null && (owner.host !== machine.hostname || (await processes.isSame(owner.process)))) {
    return running(path, owner, machine.hostname);
  }
  // Two runs may see the same dead lock: renaming it lets one of them go on, and looking at what was renamed shows a lock
  // that the other has taken meanwhile.
  const aside = `${path}.stale-${processes.ownPid}`;
  if (await moved(world, path, aside)) {
    const taken = await files.readText(aside);
    if (taken !== found && taken !== null) {
      await files.rename(aside, path);
      return running(path, parse(taken), machine.hostname);
    }
    await files.remove(aside);
  }
  if (await files.createExclusive(path, text)) return succeed(held(world, path, text));
  return running(path, parse((await files.readText(path)) ?? ""), machine.hostname);
}

/** The process that works on the study now; null where none does, or its lock is a dead one. */
export async function readLockHolder(world: Touches, studyFolder: string): Promise<ProcessMark | null> {
  const owner = parse((await world.files.readText(join(studyFolder, lockName))) ?? "");
  if (owner === null) return null;
  const lives = owner.host !== world.machine.hostname || (await world.processes.isSame(owner.process));
  return lives ? owner.process : null;
}

function held({ files }: Touches, path: string, text: string): StudyLock {
  return {
    async release() {
      if ((await files.readText(path)) === text) await files.remove(path);
    },
  };
}

async function readWhenWritten({ files, clock }: Touches, path: string): Promise<string | null> {
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const text = await files.readText(path);
    if (text !== "" || waitedMs >= writingMs) return text;
    await clock.sleep(lookEveryMs);
  }
}

async function moved({ files }: Touches, from: string, to: string): Promise<boolean> {
  try {
    await files.rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function parse(text: string): LockOwner | null {
  try {
    const owner = fromDisk<Partial<LockOwner> | null>(JSON.parse(text) as Json);
    return owner !== null && typeof owner.process?.pid === "number" && typeof owner.host === "string"
      ? { process: owner.process, host: owner.host, since: owner.since ?? "an unknown time" }
      : null;
  } catch {
    return null;
  }
}

function running(path: string, owner: LockOwner | null, host: string): Result<StudyLock> {
  if (owner === null) {
    return fail("study-is-running", `another run has just taken ${path}`, "Wait for it to end, then run again.");
  }
  const { pid } = owner.process;
  const elsewhere = owner.host === host ? "" : ` on ${owner.host}`;
  return fail(
    "study-is-running",
    `process ${pid}${elsewhere} has been running this study since ${owner.since} (${path})`,
    elsewhere === ""
      ? `Wait for it to end, or stop it (\`kill -INT ${pid}\`); \`ceteris status\` tells how far it is.`
      : `Wait for it to end. Where that machine was lost, remove ${path} and run again.`,
  );
}
