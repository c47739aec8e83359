import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type { LeftOut } from "../schema/left-out.ts";
import { shellLine } from "../schema/shell-line.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";
import { columnViews } from "./column-views.ts";

/** What is in the results folder, paths relative to it. */
export interface Fingerprint {
  trials: string[];
  launches: string[];
  /** Names of the parquet files that at least one trial has, with the folders of those that have it, and its bytes there. */
  columnFiles: Map<string, Map<string, number | undefined>>;
  /** Folders that this user may not look into: those of another user, a disk's own `lost+found`. */
  closed: LeftOut[];
  digest: string;
}

/** Looks at names, sizes and ages alone: a trial is never written twice, but its files can be truncated, and `launch.json` is rewritten while its launch runs. */
export async function fingerprint({ files }: Pick<World, "files">, results: string): Promise<Fingerprint> {
  const trials: string[] = [];
  const launches: string[] = [];
  const columnFiles = new Map<string, Map<string, number | undefined>>();
  const known = new Set(columnViews.map(({ file }) => file));
  const hash = createHash("sha256");
  const folders: string[] = [];
  const closed: LeftOut[] = [];
  const opened = <Found>(folder: string, trialId: string | null, found: Promise<Found>): Promise<Found | null> =>
    found.catch((error: NodeJS.ErrnoException) => {
      if (!denials.has(error.code ?? "")) throw error;
      const path = join(results, folder);
      const mend = `Let this user look into it: ${shellLine(["chmod", "u+rx", path])}`;
      closed.push({ path, trialId, why: `${path} cannot be read: ${error.code}`, mend });
      hash.update(`${folder} ${error.code}\n`);
      return null;
    });
  const within = async (folder: string): Promise<string[]> =>
    (await opened(folder, null, visible(files, join(results, folder)))) ?? [];
  for (const study of await visible(files, results)) {
    for (const name of await within(study)) {
      for (const leaf of await within(`${study}/${name}`)) folders.push(`${study}/${name}/${leaf}`);
    }
  }
  const look = async (folder: string) => {
    const isLaunch = folder.split("/")[1] === "launches";
    const inside = isLaunch ? ["launch.json"] : await files.list(join(results, folder));
    const looked = inside.filter((file) => file.endsWith(".json") || known.has(file));
    const found = await Promise.all(looked.map((file) => files.stat(join(results, folder, file))));
    const record = found[looked.indexOf(isLaunch ? "launch.json" : "trial.json")] ?? null;
    return record === null ? null : { folder, isLaunch, looked, found };
  };
  const lookInto = (folder: string) => opened(folder, basename(folder), look(folder));
  for await (const one of concurrently(folders, openAtOnce, lookInto)) {
    if (one === null) continue;
    const { folder, isLaunch, looked, found } = one;
    (isLaunch ? launches : trials).push(folder);
    for (const [index, file] of looked.entries()) {
      hash.update(`${folder}/${file} ${found[index]?.size} ${found[index]?.modifiedMs}\n`);
      if (known.has(file)) columnFiles.getOrInsertComputed(file, () => new Map()).set(folder, found[index]?.size);
    }
  }
  return { trials, launches, columnFiles, closed, digest: hash.digest("hex") };
}

/** What a system answers that does not let this user look, or has nothing to look at behind a link. */
const denials: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ELOOP"]);

async function visible(files: World["files"], folder: string): Promise<string[]> {
  return (await files.list(folder)).filter((name) => !name.startsWith("."));
}
