import { join } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import { reserveBytes } from "./trial-folder.ts";
import { fileFault } from "../world/file-fault.ts";
import type { World } from "../world/world.ts";

type Touches = Pick<World, "files">;

/** Writes a file that a user asked for, through a link too: a page, a table, a log. A refusal of the file system is a failure. */
export async function writeForUser(world: Touches, path: string, text: string): Promise<Result<string>> {
  return whereTheSystemLets(path, async () => {
    // Of /dev/stdout that is a pipe, the way ends at `pipe:[…]`, which is no name.
    const led = world.files.realPath(path);
    await world.files.writeText((await world.files.exists(led)) ? led : path, text);
    return path;
  });
}

/** Whether a study's folder can be written to, before anything is measured: it is made, and a file written and removed. */
export async function checkWritable(world: Touches, folder: string): Promise<Result<string>> {
  const written = await whereTheSystemLets(folder, async () => {
    const probe = join(folder, ".writing-probe");
    await world.files.writeText(probe, "");
    await world.files.remove(probe);
    return folder;
  });
  const free = written.ok ? await world.files.freeBytes(folder) : null;
  if (free === null || free >= reserveBytes) return written;
  const message = `${folder}: ${(free / 1e6).toFixed(1)} MB are free, and a trial needs ${reserveBytes / 1e6} MB or more`;
  return fail("disk-full", message, "Free some space, or choose another folder with --results.");
}

async function whereTheSystemLets<Value>(place: string, action: () => Promise<Value>): Promise<Result<Value>> {
  try {
    return succeed(await action());
  } catch (error) {
    const fault = fileFault(error, place);
    if (fault === null) throw error;
    return { ok: false, problem: { ...fault, message: `cannot write: ${fault.message}` } };
  }
}
