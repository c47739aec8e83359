import { createHash, randomUUID } from "node:crypto";
import { createReadStream, readFileSync, realpathSync } from "node:fs";
import {
  access,
  appendFile,
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Files } from "./world.ts";

/** Null for "there is no such file": the one failure that callers ask for. Anything else is a fault and is thrown. */
async function orNull<Value>(action: () => Promise<Value>): Promise<Value | null> {
  try {
    return await action();
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}

/**
 * Makes a folder and those above it that are missing. Node's `recursive` never ends where the file system answers ENOENT
 * though the folder above is there, as /proc does (seen with Node 26).
 */
async function makeFolder(path: string): Promise<void> {
  if (await isMade(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  if (await isMade(path)) return;
  throw noneThere(path);
}

/** Where the system answers ENOENT though the folder above is there. */
function noneThere(path: string): Error {
  return Object.assign(new Error(`nothing can be made at ${path}`), { code: "ENOTSUP", path });
}

/** Makes a file's folder, then the file. */
async function makeFile<Value>(path: string, make: () => Promise<Value>): Promise<Value> {
  await makeFolder(dirname(path));
  try {
    return await make();
  } catch (error) {
    const isNone = (error as NodeJS.ErrnoException).code === "ENOENT" && (await isFolder(dirname(path)));
    throw isNone ? noneThere(path) : error;
  }
}

/** Makes one folder, or finds it there; false where the folder above is missing. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    if (!(await isFolder(path))) throw error;
  }
  return true;
}

/**
 * Removes a file, or a folder with all in it. In place of a file that a process still has open, NFS leaves `.nfs…` until that process
 * closes it: a folder that holds nothing else counts as removed.
 */
async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    const left = (await orNull(() => readdir(path, { recursive: true, withFileTypes: true }))) ?? [];
    const files = left.length === 0 ? [basename(path)] : left.flatMap((one) => (one.isDirectory() ? [] : [one.name]));
    if (files.some((name) => !name.startsWith(".nfs"))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await orNull(() => stat(path)))?.isDirectory() ?? false;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot do so for a folder (EINVAL, ENOTSUP), as fsync(2) says.
    if (!["EINVAL", "ENOTSUP"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Renames; from another file system it copies beside the place, to the disk, and renames the copy, so that the place is whole or
 * not there. No folder is made on the way: where one is taken away meanwhile, this fails with ENOENT as a rename does.
 */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const beside = nameBeside(to);
    try {
      await copy(from, beside);
      await rename(beside, to);
    } catch (failed) {
      await rm(beside, { recursive: true, force: true });
      throw failed;
    }
    await rm(from, { recursive: true, force: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  if (await isFolder(from)) {
    await mkdir(to);
    for (const name of await readdir(from)) await copy(join(from, name), join(to, name));
  } else await copyFile(from, to);
  await flush(to);
}

/** A file is read in pieces of so many bytes. */
const CHUNK_BYTES = 1 << 20;

/** Also unlike those of a process of another host or container, which may have our pid and the same folder. */
const ownNames = randomUUID();
let temporaryNames = 0;

/** For what is not finished, in the folder of its place. */
function nameBeside(path: string): string {
  temporaryNames += 1;
  return join(dirname(path), `.writing-${ownNames}-${temporaryNames}`);
}

export const realFiles: Files = {
  readText: (path) => orNull(() => readFile(path, "utf8")),
  readTextSync(path) {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if (isAbsence(error)) return null;
      throw error;
    }
  },
  realPath(path) {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  },
  readBytes: (path) => orNull(() => readFile(path)),
  async readChunks(path) {
    const found = await orNull(() => stat(path));
    return found === null ? null : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  },
  readPart: (path, start, longest) =>
    orNull(async () => {
      const handle = await open(path, "r");
      try {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(longest), 0, longest, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    }),
  writeText: (path, text) =>
    makeFile(path, async () => {
      const there = await orNull(() => stat(path));
      // A rename would put a file in the place of /dev/null.
      if (there !== null && !there.isFile() && !there.isDirectory()) return writeFile(path, text);
      const beside = nameBeside(path);
      await writeFile(beside, text, { flush: true });
      await rename(beside, path);
      await flush(dirname(path));
    }),
  appendText: (path, text) => makeFile(path, () => appendFile(path, text)),
  createPrivate: (path, text) =>
    makeFile(path, async () => {
      try {
        await writeFile(path, text, { flag: "wx", mode: 0o600 });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
      }
    }),
  exists: async (path) => (await orNull(() => stat(path))) !== null,
  list: async (folder) => ((await orNull(() => readdir(folder))) ?? []).toSorted(),
  async listFolders(folder) {
    const names: string[] = [];
    for (const entry of (await orNull(() => readdir(folder, { withFileTypes: true }))) ?? []) {
      const { name } = entry;
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(folder, name))))) names.push(name);
    }
    return names.toSorted();
  },
  makeFolder,
  async makePrivateFolder(path) {
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  },
  remove,
  rename: move,
  sync: flush,
  async stat(path) {
    const found = await orNull(() => stat(path));
    return found && { size: found.size, modifiedMs: found.mtimeMs, folder: found.isDirectory() };
  },
  isExecutable: (path) =>
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    ),
  sha256: (path) =>
    orNull(async () => {
      const hash = createHash("sha256");
      // A stream costs more than a small file, and most files of a trial are small.
      if ((await stat(path)).size <= CHUNK_BYTES) hash.update(await readFile(path));
      else await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
      return hash.digest("hex");
    }),
  async freeBytes(folder) {
    const found = await orNull(() => statfs(folder));
    return found && found.bavail * found.bsize;
  },
};
