import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { Files } from "../world/world.ts";

const weightFile = /\.(safetensors|bin|pt|pth|gguf|npz)$/;
/** Files that decide what a model says, beside its weights. */
const decidingFile = /\.(json|model|txt|jinja)$/;

/** Up to here a file is read; above, name and size stand for it, since reading 16 GB takes longer than a trial. */
const wholeFileBytes = 64 * 1024 * 1024;

/**
 * sha256 over a model's files in order of their names: the content of small ones, name and size of large ones; `bytes`
 * and `weightFiles` count the weights. `path` is a folder, or one file (gguf).
 */
export async function modelDigest(
  files: Files,
  path: string,
): Promise<{ sha256: string; bytes: number; weightFiles: number }> {
  const isFolder = (await files.stat(path))?.folder ?? false;
  const folder = isFolder ? path : dirname(path);
  const names = isFolder ? await files.list(path) : [basename(path)];
  const hash = createHash("sha256");
  let bytes = 0;
  let weightFiles = 0;
  for (const name of names) {
    const isWeights = weightFile.test(name);
    if (!isWeights && !decidingFile.test(name)) continue;
    const found = await files.stat(join(folder, name));
    if (!found || found.folder) continue;
    if (isWeights) {
      bytes += found.size;
      weightFiles += 1;
    }
    const content = found.size <= wholeFileBytes ? await files.sha256(join(folder, name)) : null;
    hash.update(`${name}\n${found.size}\n${content ?? ""}\n`);
  }
  return { sha256: hash.digest("hex"), bytes, weightFiles };
}
