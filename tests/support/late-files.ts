import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Files, World } from "../../src/world/world.ts";

/** What a host did to a path, and when; a folder's also holds for what is in it. */
interface Change {
  path: string;
  host: string;
  atNs: bigint;
  isGone: boolean;
}

/** A folder that hosts share over a network: what one of them makes or takes away, the others see late. */
export interface LateShare {
  /** The files as this host sees them. */
  filesOf(host: string, world: Pick<World, "files" | "clock">): Files;
}

/**
 * Changes are there at once for whoever changes something, as a server is asked then, and for `lateMs` not for whoever only looks:
 * what is new is not seen, also by its folder's names, and what is gone still is.
 */
export function lateShare(lateMs: number): LateShare {
  const changes: Change[] = [];
  return {
    filesOf(host, { files, clock }) {
      const tell = (path: string, isGone: boolean): number => changes.push({ path, host, atNs: clock.nowNs(), isGone });
      /** The first change to a path, or to a folder above it, that this host has not seen yet. */
      const unseen = (path: string): Change | undefined =>
        changes.find(
          (one) =>
            one.host !== host &&
            clock.nowNs() - one.atNs < BigInt(lateMs) * 1_000_000n &&
            `${path}/`.startsWith(`${one.path}/`),
        );
      const isHidden = (path: string): boolean => unseen(path)?.isGone === false;
      const isSeenStill = (path: string): boolean => unseen(path)?.isGone === true;
      const stillIn = (folder: string): string[] =>
        changes.flatMap(({ path }) =>
          dirname(path) === folder && isSeenStill(path) ? [path.slice(folder.length + 1)] : [],
        );
      const list = async (folder: string, read: Files["list"]): Promise<string[]> => {
        if (isHidden(folder)) return [];
        const names = (await read(folder)).filter((name) => !isHidden(join(folder, name)));
        return [...new Set([...names, ...stillIn(folder)])].toSorted();
      };
      /** Tells the topmost folder that is new. */
      const made = async (path: string, make: () => Promise<void>): Promise<void> => {
        let topmost: string | null = null;
        for (let at = path; !(await files.exists(at)); at = dirname(at)) topmost = at;
        await make();
        if (topmost !== null) tell(topmost, false);
      };
      return {
        ...files,
        readText: async (path) => (isHidden(path) ? null : await files.readText(path)),
        exists: async (path) => isSeenStill(path) || (!isHidden(path) && (await files.exists(path))),
        stat: async (path) => (isHidden(path) ? null : await files.stat(path)),
        list: (folder) => list(folder, (path) => files.list(path)),
        listFolders: (folder) => list(folder, (path) => files.listFolders(path)),
        makeFolder: (path) => made(path, () => files.makeFolder(path)),
        writeText: (path, text) => made(path, () => files.writeText(path, text)),
        appendText: (path, text) => made(path, () => files.appendText(path, text)),
        async rename(from, to) {
          await files.rename(from, to);
          tell(from, true);
          tell(to, false);
        },
        async remove(path) {
          const isThere = await files.exists(path);
          await files.remove(path);
          if (isThere) tell(path, true);
        },
      };
    },
  };
}

/** Every folder below this one, and itself. */
export function foldersBelow(folder: string): string[] {
  const inside = readdirSync(folder, { recursive: true, withFileTypes: true });
  return [folder, ...inside.flatMap((one) => (one.isDirectory() ? [join(one.parentPath, one.name)] : []))];
}
