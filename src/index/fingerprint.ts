import { createHash } from "node:crypto";
import { join } from "node:path";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";
import { columnViews } from "./column-views.ts";

/** What is in the results folder, paths relative to it. */
export interface Fingerprint {
  trials: string[];
  launches: string[];
  /** Names of the parquet files that at least one trial has, with the folders of those that have it, and its bytes there. */
  columnFiles: Map<string, Map<string, number | undefined>>;
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
  for (const study of await visible(files, results)) {
    for (const name of await visible(files, join(results, study))) {
      for (const leaf of await visible(files, join(results, study, name))) folders.push(`${study}/${name}/${leaf}`);
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
  for await (const one of concurrently(folders, openAtOnce, look)) {
    if (one === null) continue;
    const { folder, isLaunch, looked, found } = one;
    (isLaunch ? launches : trials).push(folder);
    for (const [index, file] of looked.entries()) {
      hash.update(`${folder}/${file} ${found[index]?.size} ${found[index]?.modifiedMs}\n`);
      if (!known.has(file)) continue;
      const holders = columnFiles.get(file) ?? new Map<string, number | undefined>();
      columnFiles.set(file, holders.set(folder, found[index]?.size));
    }
  }
  return { trials, launches, columnFiles, digest: hash.digest("hex") };
}

async function visible(files: World["files"], folder: string): Promise<string[]> {
  return (await files.list(folder)).filter((name) => !name.startsWith("."));
}
