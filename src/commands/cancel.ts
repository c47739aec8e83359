import { join } from "node:path";
import { cancel } from "../executors/index.ts";
import { countText } from "../math/figures.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { readSubmissions, writeSubmission } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { resultsFolderOf, studyNamed, type ResultsOptions } from "./results-folder.ts";

export type CancelOptions = ResultsOptions & { study: string };

/** `ceteris cancel STUDY`: ends every job that was handed out and not cancelled yet. What was measured stays. */
export async function cancelCommand(world: World, options: CancelOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const study = await handedOutStudy(world, resultsFolder, options.study);
  if (study === null) return exitCodes.misconfigured;
  let ended = 0;
  let code: number = exitCodes.done;
  for (const { folder, submission } of await readSubmissions(world, join(resultsFolder, study))) {
    if (submission.cancelledAt !== null) continue;
    let isWhole = true;
    for (const job of submission.jobs) {
      const cancelled = await cancel(world, job);
      if (cancelled.ok) ended += 1;
      else {
        isWhole = false;
        code = explainFault(world, cancelled.problem);
      }
    }
    if (isWhole) await writeSubmission(world, folder, { ...submission, cancelledAt: world.clock.wall() });
  }
  world.streams.out(
    ended === 0
      ? `${study}: nothing is handed out\n`
      : `${study}: ${countText(ended, "job")} cancelled; what was measured stays, and the next run goes on from there\n`,
  );
  return code;
}

/** A study that was handed out has no record before its first block begins: its folder is enough. Null where there is neither; that is said. */
async function handedOutStudy(world: World, resultsFolder: string, named: string): Promise<string | null> {
  if ((await readSubmissions(world, join(resultsFolder, named))).length > 0) return named;
  const study = await studyNamed(world, resultsFolder, named);
  if (study.ok) return study.value;
  explainFault(world, study.problem);
  return null;
}
