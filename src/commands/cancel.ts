import { join } from "node:path";
import { cancel, type Cancelled } from "../executors/index.ts";
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
  const found: Record<Cancelled, number> = { cancelled: 0, ended: 0, unknown: 0 };
  let code: number = exitCodes.done;
  for (const { folder, submission } of await readSubmissions(world, join(resultsFolder, study))) {
    if (submission.cancelledAt !== null) continue;
    const answers = await Promise.all(submission.jobs.map((job) => cancel(world, job)));
    for (const answer of answers)
      if (answer.ok) found[answer.value] += 1;
      else code = explainFault(world, answer.problem);
    const isCancelled = answers.some((answer) => answer.ok && answer.value === "cancelled");
    if (isCancelled && answers.every(({ ok }) => ok))
      await writeSubmission(world, folder, { ...submission, cancelledAt: world.clock.wall() });
  }
  world.streams.out(`${study}: ${cancelledText(found)}\n`);
  return code;
}

function cancelledText({ cancelled, ended, unknown }: Record<Cancelled, number>): string {
  const parts = [
    ...(cancelled === 0 ? [] : [`${countText(cancelled, "job")} cancelled`]),
    ...(ended === 0 ? [] : [`${countText(ended, "job")} had ended already`]),
    ...(unknown === 0 ? [] : [`${countText(unknown, "job")} unknown to the scheduler: ended long ago, or never begun`]),
  ];
  const after = cancelled === 0 ? "" : "; what was measured stays, and the next run goes on from there";
  return parts.length === 0 ? "nothing is handed out" : `${parts.join(", ")}${after}`;
}

/** A study that was handed out has no record before its first block begins: its folder is enough. Null where there is neither; that is said. */
async function handedOutStudy(world: World, resultsFolder: string, named: string): Promise<string | null> {
  if ((await readSubmissions(world, join(resultsFolder, named))).length > 0) return named;
  const study = await studyNamed(world, resultsFolder, named);
  if (study.ok) return study.value;
  explainFault(world, study.problem);
  return null;
}
