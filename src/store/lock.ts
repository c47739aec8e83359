import { join } from "node:path";
import { fromDisk, toDisk } from "../schema/disk.ts";
import type { Json } from "../schema/json.ts";
import type { ProcessMark } from "../schema/launch.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";

export const lockName = ".lock";

/** Held while a study is sent to the mirrors: two senders at once would each create its runs. */
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

/** What a lock is taken for, in the words of its failure. */
interface Activity {
  code: string;
  doing: string;
  /** What ends the wait where the holder runs on this machine. */
  hint: (pid: number) => string;
}

const running: Activity = {
  code: "study-is-running",
  doing: "running this study",
  hint: (pid) => `Wait for it to end, or stop it (\`kill -INT ${pid}\`); \`ceteris status\` tells how far it is.`,
};
const sending: Activity = {
  code: "study-is-sent",
  doing: "sending this study",
  hint: () => "Wait for it to end.",
};

/** An empty lock file is being written at this moment, or its writer was killed then: this long is waited to tell which. */
const writingMs = 1000;
const lookEveryMs = 50;
const sendLookEveryMs = 250;

/**
 * Takes `<study>/.lock`, so that one run works on a study at a time. A lock whose process is gone is taken over; a living
 * one is the failure `study-is-running` that names it. A lock of another host is believed: its processes cannot be seen.
 */
export function takeLock(world: Touches, studyFolder: string): Promise<Result<StudyLock>> {
  return takeLockFile(world, join(studyFolder, lockName), running);
}

/** Takes `<study>/.send.lock`; waits up to `waitMs` for its holder, then fails with `study-is-sent`, which names it. */
export async function takeSendLock(world: Touches, studyFolder: string, waitMs: number): Promise<Result<StudyLock>> {
  for (let waitedMs = 0; ; waitedMs += sendLookEveryMs) {
    const taken = await takeLockFile(world, join(studyFolder, sendLockName), sending);
    if (taken.ok || waitedMs >= waitMs) return taken;
    await world.clock.sleep(sendLookEveryMs);
  }
}

async function takeLockFile(world: Touches, path: string, activity: Activity): Promise<Result<StudyLock>> {
  const { files, processes, machine, clock } = world;
  const taken = (owner: LockOwner | null) => isTaken(path, owner, machine.hostname, activity);
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
    return taken(owner);
  }
  // Two runs may see the same dead lock: renaming it lets one of them go on, and looking at what was renamed shows a lock
  // that the other has taken meanwhile.
  const aside = `${path}.stale-${processes.ownPid}`;
  if (await isMoved(world, path, aside)) {
    const moved = await files.readText(aside);
    if (moved !== found && moved !== null) {
      await files.rename(aside, path);
      return taken(parse(moved));
    }
    await files.remove(aside);
  }
  if (await files.createExclusive(path, text)) return succeed(held(world, path, text));
  return taken(parse((await files.readText(path)) ?? ""));
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

async function isMoved({ files }: Touches, from: string, to: string): Promise<boolean> {
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

function isTaken(
  path: string,
  owner: LockOwner | null,
  host: string,
  { code, doing, hint }: Activity,
): Result<StudyLock> {
  if (owner === null) {
    return fail(code, `another process has just taken ${path}`, "Wait for it to end, then run again.");
  }
  const { pid } = owner.process;
  const isHere = owner.host === host;
  return fail(
    code,
    `process ${pid}${isHere ? "" : ` on ${owner.host}`} has been ${doing} since ${owner.since} (${path})`,
    isHere ? hint(pid) : `Wait for it to end. Where that machine was lost, remove ${path} and run again.`,
  );
}
