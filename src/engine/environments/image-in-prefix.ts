import { resolve } from "node:path";
import type { World } from "../../world/world.ts";

/** The image that a prefix such as `apptainer exec vllm.sif` runs its command in. */
export interface PrefixImage {
  /** The path of its file. */
  image: string;
  /** `sha256:…` of the file; null where nobody asked for it. */
  digest: string | null;
}

/** What files of images begin with, and at which byte: Apptainer's SIF, and the squashfs of Enroot. */
const marks = [
  { at: 32, text: "SIF_MAGIC" },
  { at: 0, text: "hsqs" },
];
const headBytes = 64;

/** The first word of a prefix that is the file of an image; null where none is. A relative path counts from `folder`. */
export async function imageInPrefix(
  { files }: Pick<World, "files">,
  { prefix, folder }: { prefix: readonly string[]; folder: string },
  lookOnly: boolean,
): Promise<PrefixImage | null> {
  for (const word of prefix.slice(1)) {
    const path = resolve(folder, word);
    const head = Buffer.from((await files.readPart(path, 0, headBytes)) ?? []).toString("latin1");
    if (!marks.some(({ at, text }) => head.startsWith(text, at))) continue;
    return { image: path, digest: lookOnly ? null : `sha256:${await files.sha256(path)}` };
  }
  return null;
}
