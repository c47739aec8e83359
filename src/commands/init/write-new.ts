import { join } from "node:path";
import type { Result } from "../../schema/result.ts";
import { succeed } from "../../schema/result.ts";
import { writeForUser } from "../../store/index.ts";
import type { World } from "../../world/world.ts";
import { ignoredFolders, type NewFile } from "./study-files.ts";

/** What became of the files. */
export interface Written {
  /** Those that are new. */
  paths: string[];
  /** Those that were there already, and stay as they are. */
  left: string[];
  /** Lines that a `.gitignore` which was there lacks. */
  ignore: string[];
}

/** Writes what is not there yet into `folder`, and overwrites nothing. */
export async function writeNew(world: World, folder: string, files: readonly NewFile[]): Promise<Result<Written>> {
  const written: Written = { paths: [], left: [], ignore: [] };
  const own = await world.files.readText(join(folder, ".gitignore"));
  const lines = new Set((own ?? "").split("\n").map((line) => line.trim().replaceAll(/^\/|\/$/g, "")));
  const ignore = ignoredFolders.filter((line) => !lines.has(line.replaceAll(/^\/|\/$/g, "")));
  const wanted = own === null ? [...files, { path: ".gitignore", text: `${ignoredFolders.join("\n")}\n` }] : files;
  if (own !== null) written.ignore = ignore;
  for (const { path, text } of wanted) {
    const place = join(folder, path);
    if (await world.files.exists(place)) {
      written.left.push(path);
      continue;
    }
    const whole = text ?? (await world.files.readText(join(world.machine.packageFolder, path)));
    if (whole === null) throw new Error(`${path} does not come with the program`);
    const done = await writeForUser(world, place, whole);
    if (!done.ok) return done;
    written.paths.push(path);
  }
  return succeed(written);
}
