import { basename, dirname, join } from "node:path";
import { memberAt, parseJson } from "../schema/json.ts";
import type { Files } from "../world/world.ts";

/** The index of a sharded checkpoint, which says how many bytes its tensors are. */
const indexes = ["model.safetensors.index.json", "pytorch_model.bin.index.json"];
/** Formats that engines read, the first that is there: a repository may hold the same weights in several. */
const formats = [/\.safetensors$/, /\.(bin|pt|pth)$/, /\.gguf$/, /\.npz$/];

/** Bytes of the weights that an engine loads from a model's folder, or from one file; null where it holds none. */
export async function weightBytes(
  files: Pick<Files, "list" | "readText" | "stat">,
  path: string,
): Promise<number | null> {
  const isFolder = (await files.stat(path))?.folder ?? false;
  const folder = isFolder ? path : dirname(path);
  const names = isFolder ? await files.list(path) : [basename(path)];
  for (const index of indexes.filter((name) => names.includes(name))) {
    const total = memberAt(parseJson((await files.readText(join(folder, index))) ?? ""), "metadata.total_size");
    if (typeof total === "number") return total;
  }
  for (const format of formats) {
    const all = names.filter((name) => format.test(name));
    // Mistral's own copy of the weights that lie beside it.
    const others = all.filter((name) => !name.startsWith("consolidated"));
    const read = others.length > 0 ? others : all;
    if (read.length === 0) continue;
    const sizes = await Promise.all(read.map(async (name) => (await files.stat(join(folder, name)))?.size ?? 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
  return null;
}
