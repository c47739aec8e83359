import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fromDisk, toDisk } from "../schema/disk.ts";
import { parseMap } from "../schema/json.ts";
import type { ProcessMark } from "../schema/launch.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "./world.ts";

/** Who holds a lease. */
export interface LeaseHolder {
  process: ProcessMark;
  host: string;
  /** `Machine.processTable` of the holder: only where it is ours can we see whether the process lives. */
  processTable: string;
  since: string;
}

/** The right to do something alone, also among containers and hosts that share a folder. */
export interface Lease {
  /** The fencing token: greater than that of every lease before it in the same place. */
  token: number;
  /** For what is not finished; whoever takes the lease over removes it. */
  folder: string;
  /** Aborted when another process took the lease over, because this one was taken for dead. */
  lost: AbortSignal;
  /**
   * Renames a file or folder into its place while the lease is held; false where it is lost, and then nothing is in its place
   * through us. Throws as `Files.rename` does, for instance ENOTEMPTY where the place is taken.
   */
  commit(from: string, to: string): Promise<boolean>;
  /** False where another process took the lease over. */
  isHeld(): Promise<boolean>;
  /** Makes the place free where the lease is still held. */
  release(): Promise<void>;
}

/** What a lease is for, in the words of its failure. */
export interface LeasePurpose {
  /** Code of the failure where another process holds it. */
  code: string;
  /** As in "process 12 has been running this study since …". */
  doing: string;
  /** What to do where the holder runs on this machine. */
  hint(pid: number): string;
  /** How long to wait for the holder; it is not waited for without. */
  waitMs?: number;
  /** Is told once, with the holder's words, when a wait begins. */
  onWait?(message: string): void;
}

type Touches = Pick<World, "files" | "processes" | "machine" | "clock">;

/** A holder shows so often that it lives. */
const beatEveryMs = 10_000;
/**
 * A holder whose process cannot be seen is dead when it has not shown a sign of life for so long, while we looked. Longer
 * than NFS keeps what it knows of a folder (60 s, `acdirmax` in nfs(5)), so that a living one is not overlooked.
 */
export const leaseTermMs = 120_000;
const lookEveryMs = 250;
/** A holder without a sign of life for this long is shown as silent: its term, and as much again for clocks that differ. */
const silentAfterMs = 2 * leaseTermMs;

const holderFile = "holder.json";
const beatsFile = "beats";
/** In a lease's folder while it is held. What is committed goes through it, so that renaming it away takes the right to commit. */
const gate = "open";
const closedGate = "closed";

/**
 * Takes the lease at `place`, a folder. Each lease is a numbered folder in it, which is never removed: its number is the
 * fencing token, and it is held while it is the newest and has its gate. A claim renames a finished folder to the next number,
 * which only one claimant can do; taking over renames the gate of a dead holder away, which only one can do; and a commit
 * goes through the gate, so that a holder that was stopped, taken for dead and wakes up commits nothing. Renaming is atomic
 * on local file systems and over NFS.
 *
 * A holder on this machine is dead when its process is. Elsewhere, or in another process namespace, it is dead when it gives
 * no sign of life for `leaseTermMs`, for which this waits. No clocks of two machines are compared.
 * Failure: the purpose's code, naming the holder.
 */
export async function claimLease(world: Touches, place: string, purpose: LeasePurpose): Promise<Result<Lease>> {
  const { clock } = world;
  const startNs = clock.nowNs();
  let told = false;
  for (;;) {
    const newest = await newestOf(world, place);
    const holder = newest === null ? null : await holderOf(world, place, newest);
    if (holder === null) {
      if (newest !== null) await clear(world, folderOf(place, newest));
      const lease = await claim(world, place, (newest ?? 0) + 1);
      if (lease !== null) return succeed(lease);
      // The winner may not be visible yet: a network file system caches what it knew of the folder.
      await clock.sleep(lookEveryMs);
      continue;
    }
    const isDead = await isGone(world, folderOf(place, newest!), holder, purpose);
    if (isDead) {
      await isMoved(world, gateOf(place, newest!), join(folderOf(place, newest!), closedGate));
      continue;
    }
    const waitedMs = Number(clock.nowNs() - startNs) / 1e6;
    if (waitedMs >= (purpose.waitMs ?? 0)) return refusal(place, holder, world.machine, purpose);
    if (!told) purpose.onWait?.(heldText(holder, world.machine, purpose));
    told = true;
    await clock.sleep(lookEveryMs);
  }
}

/** A holder as one look finds it. */
export interface SeenHolder extends LeaseHolder {
  /**
   * True where its process cannot be seen and its last sign of life is old, by the times of its files and our clock: enough for
   * what is shown. A lease is never taken over for that, since two clocks may differ.
   */
  isSilent: boolean;
}

/** Who holds the lease at `place` now; null where nobody does, or its process is seen to be gone. */
export async function readLease(world: Touches, place: string): Promise<SeenHolder | null> {
  const { files, processes, machine, clock } = world;
  const newest = await newestOf(world, place);
  const holder = newest === null ? null : await holderOf(world, place, newest);
  if (holder === null) return null;
  if (holder.processTable === machine.processTable)
    return (await processes.isSame(holder.process)) ? { ...holder, isSilent: false } : null;
  const folder = folderOf(place, newest!);
  const sign = (await files.stat(join(folder, beatsFile))) ?? (await files.stat(join(folder, holderFile)));
  const ageMs = Math.abs(Date.parse(clock.wall()) - (sign?.modifiedMs ?? 0));
  return { ...holder, isSilent: ageMs > silentAfterMs };
}

const folderOf = (place: string, token: number): string => join(place, String(token).padStart(4, "0"));
const gateOf = (place: string, token: number): string => join(folderOf(place, token), gate);

/** True where the gate is there. Reads the folder's names, which NFS fetches from its server; it may answer for a single path from its cache. */
const isOpen = async ({ files }: Pick<World, "files">, folder: string): Promise<boolean> =>
  (await files.list(folder)).includes(gate);

async function newestOf({ files }: Touches, place: string): Promise<number | null> {
  const tokens = (await files.list(place)).filter((name) => /^\d+$/.test(name)).map(Number);
  return tokens.length === 0 ? null : Math.max(...tokens);
}

/** Null where the lease of this token is not held. */
async function holderOf({ files }: Touches, place: string, token: number): Promise<LeaseHolder | null> {
  if (!(await isOpen({ files }, folderOf(place, token)))) return null;
  const told = parseMap((await files.readText(join(folderOf(place, token), holderFile))) ?? "");
  if (told !== null) return fromDisk<LeaseHolder>(told);
  const process = { pid: 0, startTicks: null };
  return { process, host: "an unknown host", processTable: "", since: "an unknown time" };
}

/** What a lease that is over left unfinished. */
async function clear({ files }: Touches, folder: string): Promise<void> {
  for (const name of await files.list(folder)) if (name !== holderFile) await files.remove(join(folder, name));
}

/** Null where another claimant was faster. */
async function claim(world: Touches, place: string, token: number): Promise<Lease | null> {
  const { files, processes, machine, clock } = world;
  const holder: LeaseHolder = {
    process: await processes.mark(processes.ownPid),
    host: machine.hostname,
    processTable: machine.processTable,
    since: clock.wall(),
  };
  const text = `${JSON.stringify(toDisk(holder))}\n`;
  const beside = join(place, `.claim-${randomUUID()}`);
  await files.makeFolder(join(beside, gate));
  await files.writeText(join(beside, holderFile), text);
  const folder = folderOf(place, token);
  if (await isMoved(world, beside, folder)) return held(world, folder, token);
  // Over NFS a rename may be done and its answer lost: then it looks as if another had been faster.
  const isOurs = !(await files.exists(beside)) && (await files.readText(join(folder, holderFile))) === text;
  await files.remove(beside);
  return isOurs ? held(world, folder, token) : null;
}

function held(world: Touches, folder: string, token: number): Lease {
  const { files, clock } = world;
  const over = new AbortController();
  const lost = new AbortController();
  const isHeld = () => isOpen(world, folder);
  void (async () => {
    for (;;) {
      await clock.sleep(beatEveryMs, over.signal);
      if (over.signal.aborted) return;
      try {
        if (!(await isHeld())) return lost.abort();
        await files.appendText(join(folder, beatsFile), ".");
      } catch {
        // A full disk, or a server that is away: the next beat may come through, and a commit tells for certain.
      }
    }
  })();
  let committed = 0;
  return {
    token,
    folder,
    lost: lost.signal,
    isHeld,
    async commit(from, to) {
      const passing = join(folder, gate, String((committed += 1)));
      try {
        await files.rename(from, passing);
        await files.rename(passing, to);
        return true;
      } catch (error) {
        if (await isHeld()) {
          await files.remove(passing);
          throw error;
        }
        lost.abort();
        return false;
      }
    },
    async release() {
      over.abort();
      if (await isMoved(world, join(folder, gate), join(folder, closedGate))) await clear(world, folder);
    },
  };
}

/**
 * True of a holder that is dead. One whose process cannot be seen is watched for its term: a number of looks, and not a span of
 * the clock, which also goes on while we are stopped ourselves, and the holder may be with us.
 */
async function isGone(world: Touches, folder: string, holder: LeaseHolder, purpose: LeasePurpose): Promise<boolean> {
  const { files, processes, machine, clock } = world;
  if (holder.processTable === machine.processTable) return !(await processes.isSame(holder.process));
  const beats = async () => (await files.stat(join(folder, beatsFile)))?.size ?? 0;
  const first = await beats();
  purpose.onWait?.(`${heldText(holder, machine, purpose)}: waiting up to ${leaseTermMs / 1000} s for a sign of life`);
  for (let watchedMs = 0; watchedMs < leaseTermMs; watchedMs += lookEveryMs) {
    await clock.sleep(lookEveryMs);
    if ((await beats()) !== first || !(await isOpen(world, folder))) return false;
  }
  return true;
}

async function isMoved({ files }: Touches, from: string, to: string): Promise<boolean> {
  try {
    await files.rename(from, to);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

function heldText(
  { process, host, processTable, since }: LeaseHolder,
  machine: World["machine"],
  purpose: LeasePurpose,
) {
  const place =
    host !== machine.hostname ? ` on ${host}` : processTable === machine.processTable ? "" : " in another container";
  return `process ${process.pid}${place} has been ${purpose.doing} since ${since}`;
}

function refusal(place: string, holder: LeaseHolder, machine: World["machine"], purpose: LeasePurpose): Result<Lease> {
  const isHere = holder.processTable === machine.processTable;
  const hint = isHere ? purpose.hint(holder.process.pid) : "Wait for it to end, or stop it there.";
  return fail(purpose.code, `${heldText(holder, machine, purpose)} (${place})`, hint);
}
