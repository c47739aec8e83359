import { isAbsolute, relative, resolve } from "node:path";
import { fail, type Fault } from "../schema/result.ts";
import type { World } from "../world/world.ts";

/**
 * A file that a workload names within the study's folder, and that a link puts outside of it: what was measured would depend on
 * what is there, and nobody reads it in the matrix. Null where it lies where it says; an absolute path and one with `../` say it.
 */
export function leavesByLink(
  { files }: Pick<World, "files">,
  root: string,
  path: string,
): { ok: false; problem: Fault } | null {
  const written = resolve(root, path);
  const led = files.realPath(written);
  if (isAbsolute(path) || !isInside(root, written) || led === written) return null;
  if (isInside(files.realPath(root), led)) return null;
  return fail(
    "path-leaves-study",
    `${path} leads out of the study's folder through a link, to ${led}`,
    "Put the file itself there, or write where it is: an absolute path.",
  );
}

function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== ".." && !inside.startsWith("../") && !isAbsolute(inside);
}
