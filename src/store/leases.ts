import { join } from "node:path";
import type { BlockSpec } from "../schema/plan.ts";
import { succeed, type Result } from "../schema/result.ts";
import { claimLease, readLease, type Lease, type LeasePurpose, type SeenHolder } from "../world/lease.ts";
import type { World } from "../world/world.ts";

type Touches = Pick<World, "files" | "processes" | "machine" | "clock">;

/** In a study's folder: a lease for each block, and one for each of `studyLeases`. */
export const leasesFolder = ".leases";

/** The name of a block's lease; a search has one of its own. */
export function leaseName(block: BlockSpec): string {
  return "search" in block
    ? `search-${encodeURIComponent(block.search)}`
    : `block-${String(block.block).padStart(4, "0")}`;
}

/** Code of the failure where another run has the study, or the block. */
export const studyIsRunning = "study-is-running";

const running: LeasePurpose = {
  code: studyIsRunning,
  doing: "running this study",
  hint: (pid) => `Wait for it to end, or stop it (\`kill -INT ${pid}\`); \`ceteris status\` tells how far it is.`,
};

const hint = (): string => "Wait for it to end.";
/** What one process at a time does with a study as a whole: two senders would each create its runs, two submitters hand out the same blocks. */
const studyLeases = {
  send: { code: "study-is-sent", doing: "sending this study", hint },
  submit: { code: "study-is-submitted", doing: "submitting blocks of this study", hint },
} as const satisfies Record<string, LeasePurpose>;

/** The leases that one run holds of its study. */
export interface BlockLeases {
  /**
   * Takes those of the blocks, and where the run does the whole study of all blocks that earlier runs worked on: all of them,
   * or none and `study-is-running`, which names who holds one.
   */
  claim(blocks: Iterable<BlockSpec>, whole: boolean): Promise<Result<null>>;
  /** That of a block, taken where it is not held yet. */
  of(block: BlockSpec): Promise<Result<Lease>>;
  /** Aborted when one was taken over by another run. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/** `onWait` is told where a holder on another machine has to be watched. */
export function blockLeases(world: Touches, studyFolder: string, onWait: (message: string) => void): BlockLeases {
  const held = new Map<string, Lease>();
  const lost = new AbortController();
  const take = async (name: string): Promise<Result<Lease>> => {
    const found = held.get(name);
    if (found !== undefined) return succeed(found);
    const claimed = await claimLease(world, join(studyFolder, leasesFolder, name), { ...running, onWait });
    if (!claimed.ok) return claimed;
    claimed.value.lost.addEventListener("abort", () => lost.abort());
    held.set(name, claimed.value);
    return claimed;
  };
  const release = async (): Promise<void> => {
    for (const lease of held.values()) await lease.release();
    held.clear();
  };
  return {
    async claim(blocks, whole) {
      const known = whole ? await blockLeaseNames(world, studyFolder) : [];
      // In one order, so that of two runs that claim the same blocks one has them all.
      for (const name of [...new Set([...known, ...[...blocks].map(leaseName)])].toSorted()) {
        const taken = await take(name);
        if (taken.ok) continue;
        await release();
        return taken;
      }
      return succeed(null);
    },
    of: (block) => take(leaseName(block)),
    lost: lost.signal,
    release,
  };
}

/** Of all blocks that a run has worked on. */
async function blockLeaseNames({ files }: Touches, studyFolder: string): Promise<string[]> {
  return (await files.listFolders(join(studyFolder, leasesFolder))).filter((name) => !Object.hasOwn(studyLeases, name));
}

/** Takes a lease on the study as a whole. Waits for whoever has it as `wait` says, then fails with its code. */
export function takeStudyLease(
  world: Touches,
  studyFolder: string,
  name: keyof typeof studyLeases,
  wait: Pick<LeasePurpose, "waitMs" | "onWait">,
): Promise<Result<Lease>> {
  return claimLease(world, join(studyFolder, leasesFolder, name), { ...studyLeases[name], ...wait });
}

/** How many other runs work on blocks of the study on this host now. */
export async function neighbours(world: Touches, studyFolder: string): Promise<number> {
  const { machine, processes } = world;
  const holders = await blockHolders(world, studyFolder);
  const here = holders.filter(
    ({ host, process, isSilent }) => host === machine.hostname && process.pid !== processes.ownPid && !isSilent,
  );
  return new Set(here.map((one) => `${one.processTable} ${one.process.pid}`)).size;
}

export interface BlockHolder extends SeenHolder {
  /** Number of the round; null of a search. */
  block: number | null;
}

/** Who holds blocks of the study now; empty where nobody does. */
export async function blockHolders(world: Touches, studyFolder: string): Promise<BlockHolder[]> {
  const names = await blockLeaseNames(world, studyFolder);
  const holders = await Promise.all(
    names.map(async (name) => {
      const number = /^block-(\d+)$/.exec(name)?.[1];
      const holder = await readLease(world, join(studyFolder, leasesFolder, name));
      return holder === null ? [] : [{ ...holder, block: number === undefined ? null : Number(number) }];
    }),
  );
  return holders.flat();
}
