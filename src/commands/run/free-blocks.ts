import { join } from "node:path";
import { planBlock, planBlocks } from "../../plan/index.ts";
import { blocksToDo, runStudy, type StudyOutcome, type StudyRun } from "../../run/index.ts";
import { succeed, type Result } from "../../schema/result.ts";
import { noTrials, type TrialCounts } from "../../schema/exit-code.ts";
import { neighbours, studyIsRunning } from "../../store/index.ts";

/** How often a run looks whether the first block is done. */
const lookEveryMs = 1000;

/**
 * `--block any`: one block after the other that is not done and that nobody else has, which is how the slots of a machine share
 * a study. The first block that is done runs alone on its host: beside it the others show what sharing the host does to the
 * baseline.
 */
export async function runFreeBlocks(run: StudyRun): Promise<Result<StudyOutcome>> {
  const { world, plan, resultsFolder, request, signal, maxHours } = run;
  const tried = new Set<number>();
  const all: StudyOutcome = { counts: noTrials(), interrupted: false, done: 0, fault: null };
  const planned = planBlocks(plan).length;
  const startNs = world.clock.nowNs();
  while (!signal.aborted && all.fault === null) {
    const todo = await blocksToDo(world, plan, resultsFolder, request.retry);
    if (!todo.ok) return todo;
    const isFirst = todo.value.length === planned;
    if (isFirst && (await neighbours(world, join(resultsFolder, plan.study.name))) > 0) {
      await world.clock.sleep(lookEveryMs, signal);
      continue;
    }
    const number = todo.value.find((one) => !tried.has(one));
    if (number === undefined) break;
    const block = planBlock(plan, number);
    if (!block.ok) return block;
    const hoursGone = Number(world.clock.nowNs() - startNs) / 3.6e12;
    const limit = maxHours === undefined ? {} : { maxHours: Math.max(0, maxHours - hoursGone) };
    const outcome = await runStudy({ ...run, ...limit, request: { ...request, block: block.value } });
    if (outcome.ok) add(all, outcome.value);
    else if (outcome.problem.code !== studyIsRunning) return outcome;
    // Two runs that begin together take one block: the other waits for it, and does not look for another.
    if (outcome.ok || !isFirst) tried.add(number);
  }
  return succeed(all);
}

function add(all: StudyOutcome, { counts, interrupted, done, fault }: StudyOutcome): void {
  for (const [status, ended] of Object.entries(counts)) all.counts[status as keyof TrialCounts] += ended;
  all.interrupted ||= interrupted;
  all.done += done;
  all.fault ??= fault;
}
