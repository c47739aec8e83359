import { createHash } from "node:crypto";
import { join } from "node:path";
import type { World } from "../world/world.ts";
import { columnViews } from "./column-views.ts";

/** What is in the results folder, paths relative to it. A trial is never written twice, so its name stands for its content. */
export interface Fingerprint {
  trials: string[];
  launches: string[];
  /** Names of the parquet files that at least one trial has. */
  columnFiles: Set<string>;
  digest: string;
}

/** Looks at names alone, and at the age of `launch.json`, which a launch writes again as it goes. */
export async function fingerprint({ files }: Pick<World, "files">, results: string): Promise<Fingerprint> {
  const trials: string[] = [];
  const launches: string[] = [];
  const columnFiles = new Set<string>();
  const known = new Set(columnViews.map(({ file }) => file));
  const hash = createHash("sha256");
  for (const study of await visible(files, results)) {
    for (const name of await visible(files, join(results, study))) {
      const isLaunches = name === "launches";
      for (const leaf of await visible(files, join(results, study, name))) {
        const folder = `${study}/${name}/${leaf}`;
        const inside = await files.list(join(results, folder));
        if (isLaunches && inside.includes("launch.json")) {
          const found = await files.stat(join(results, folder, "launch.json"));
          launches.push(folder);
          hash.update(`${folder} ${found?.size} ${found?.modifiedMs}\n`);
        } else if (!isLaunches && inside.includes("trial.json")) {
          trials.push(folder);
          hash.update(`${folder}\n`);
          for (const file of inside) if (known.has(file)) columnFiles.add(file);
        }
      }
    }
  }
  return { trials, launches, columnFiles, digest: hash.digest("hex") };
}

async function visible(files: World["files"], folder: string): Promise<string[]> {
  return (await files.list(folder)).filter((name) => !name.startsWith("."));
}
