import { join } from "node:path";
import { fromDisk, toDisk } from "../schema/disk.ts";
import { submissionFormat, readStoredFile } from "../schema/stored-format.ts";
import type { Submission } from "../schema/submission.ts";
import type { World } from "../world/world.ts";

type Touches = Pick<World, "files">;

/** In a study's folder: what was handed out. */
const submissionsFolder = ".submissions";
const recordName = "submission.json";

/** A folder of its own for the next submission: `0003-slurm`. */
export async function newSubmissionFolder(world: Touches, studyFolder: string, executor: string): Promise<string> {
  const folder = join(studyFolder, submissionsFolder);
  const last = (await world.files.list(folder)).reduce((most, name) => Math.max(most, Number.parseInt(name) || 0), 0);
  return join(folder, `${String(last + 1).padStart(4, "0")}-${executor}`);
}

export async function writeSubmission({ files }: Touches, folder: string, submission: Submission): Promise<void> {
  await files.writeText(join(folder, recordName), `${JSON.stringify(toDisk(submission), null, 1)}\n`);
}

/** What was handed out of a study, the first first, each with its folder. One that cannot be read is left out: its blocks are then of nobody, and the folders tell what was done of them. */
export async function readSubmissions(
  { files }: Touches,
  studyFolder: string,
): Promise<{ folder: string; submission: Submission }[]> {
  const found: { folder: string; submission: Submission }[] = [];
  for (const name of await files.list(join(studyFolder, submissionsFolder))) {
    const folder = join(studyFolder, submissionsFolder, name);
    const path = join(folder, recordName);
    const read = await readStoredFile(files, { format: submissionFormat, path, mend: "" }, (stored) =>
      fromDisk<Submission>(stored),
    );
    if (read?.ok === true) found.push({ folder, submission: read.value });
  }
  return found;
}
