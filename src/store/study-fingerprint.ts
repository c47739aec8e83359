import { createHash } from "node:crypto";
import { join } from "node:path";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";
import { launchesFolder, trialFolders } from "./read-trials.ts";

/** A digest of all that a study's pages are made from, by names, sizes and times of change: its record, its launches, and every file of its trials. */
export async function studyFingerprint({ files }: Pick<World, "files">, studyFolder: string): Promise<string> {
  const launches = (await files.list(join(studyFolder, launchesFolder))).map((name) =>
    join(studyFolder, launchesFolder, name),
  );
  const look = async (folder: string): Promise<string> => {
    const names = await files.list(folder);
    const found = await Promise.all(names.map((name) => files.stat(join(folder, name))));
    return names.map((name, at) => `${folder}/${name} ${found[at]?.size} ${found[at]?.modifiedMs}\n`).join("");
  };
  const record = await files.stat(join(studyFolder, "study.json"));
  const hash = createHash("sha256").update(`${record?.size} ${record?.modifiedMs}\n`);
  const folders = [...launches, ...(await trialFolders({ files }, studyFolder))];
  for await (const line of concurrently(folders, openAtOnce, look)) hash.update(line);
  return hash.digest("hex");
}
