import { poll } from "../../executors/index.ts";
import type { HandedOut } from "../../report/index.ts";
import type { StudyRecord } from "../../schema/study-record.ts";
import type { BlockState, Submission } from "../../schema/submission.ts";
import { heldBlocks, readSubmissions } from "../../store/index.ts";
import type { World } from "../../world/world.ts";

/**
 * Of these blocks those that a submission still has, as its scheduler says, with what it says. A block that nobody speaks of
 * is not among them: it may have run, or been lost.
 */
export async function blocksHandedOut(
  world: World,
  studyFolder: string,
  blocks: readonly number[],
): Promise<Map<number, BlockState>> {
  const found = new Map<number, BlockState>();
  for (const { submission } of await readSubmissions(world, studyFolder))
    for (const [block, state] of await polled(world, submission, blocks)) found.set(block, state);
  return found;
}

/** How far each submission of a study is. The scheduler is asked only about blocks that are neither done nor worked on. */
export async function handedOut(
  world: World,
  studyFolder: string,
  { plannedTrials }: Pick<StudyRecord, "plannedTrials">,
  isDone: (trialId: string) => boolean,
): Promise<HandedOut[]> {
  const submissions = await readSubmissions(world, studyFolder);
  if (submissions.length === 0) return [];
  const held = await heldBlocks(world, studyFolder);
  // The rounds of a plan are its first blocks; what a search does is known when it has begun.
  const planned = Map.groupBy(plannedTrials, ({ block }) => block ?? 0);
  const isOver = (number: number): boolean => planned.get(number)?.every(({ trialId }) => isDone(trialId)) ?? false;
  return await Promise.all(
    submissions.map(async ({ submission }): Promise<HandedOut> => {
      const { id, executor, cancelledAt, jobs } = submission;
      const blocks = [...new Set(jobs.flatMap((job) => job.blocks))];
      const left = blocks.filter((number) => !isOver(number));
      const silent = left.filter((number) => !held.has(number));
      const states = [...(await polled(world, submission, silent)).values()];
      const running = states.filter((state) => state === "running").length;
      const waiting = states.filter((state) => state === "waiting").length;
      return {
        id,
        executor,
        jobs: jobs.map(({ job }) => job ?? "not recorded"),
        cancelled: cancelledAt !== null,
        blocks: blocks.length,
        done: blocks.length - left.length,
        running: left.length - silent.length + running,
        waiting,
        unknown: silent.length - states.length,
      };
    }),
  );
}

async function polled(
  world: World,
  { cancelledAt, jobs }: Submission,
  blocks: readonly number[],
): Promise<Map<number, BlockState>> {
  const wanted = new Set(blocks);
  const found = new Map<number, BlockState>();
  for (const job of cancelledAt === null ? jobs : []) {
    if (!job.blocks.some((block) => wanted.has(block))) continue;
    for (const [block, state] of await poll(world, job)) if (wanted.has(block)) found.set(block, state);
  }
  return found;
}
