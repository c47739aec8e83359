import { relative } from "node:path";
import { poll, ranges } from "../../executors/index.ts";
import type { HandedOut } from "../../report/index.ts";
import type { StudyRecord } from "../../schema/study-record.ts";
import type { BlockState, Submission } from "../../schema/submission.ts";
import { readSubmissions, type BlockHolder } from "../../store/index.ts";
import type { World } from "../../world/world.ts";

/**
 * Of these blocks those that a submission still has, as its scheduler says, in order. A block that nobody speaks of is not among
 * them: it may have run, or been lost.
 */
export async function blocksHandedOut(world: World, studyFolder: string, blocks: readonly number[]): Promise<number[]> {
  const found = new Set<number>();
  for (const { submission } of await readSubmissions(world, studyFolder))
    for (const [block, { is }] of await polled(world, submission, blocks)) if (is !== "ended") found.add(block);
  return blocks.filter((block) => found.has(block));
}

/**
 * How far each submission of a study is. A block counts with the last that has it; the scheduler is asked only about blocks
 * that are neither done nor worked on.
 */
export async function handedOut(
  world: World,
  studyFolder: string,
  { plannedTrials }: Pick<StudyRecord, "plannedTrials">,
  { holders, isDone }: { holders: readonly BlockHolder[]; isDone: (trialId: string) => boolean },
): Promise<HandedOut[]> {
  const submissions = await readSubmissions(world, studyFolder);
  const held = new Set(holders.flatMap(({ block, isSilent }) => (isSilent ? [] : [block])));
  // The rounds of a plan are its first blocks; what a search does is known when it has begun.
  const planned = Map.groupBy(plannedTrials, ({ block }) => block ?? 0);
  const isOver = (number: number): boolean => planned.get(number)?.every(({ trialId }) => isDone(trialId)) ?? false;
  const lastOf = new Map(
    submissions.flatMap(({ submission }) => blocksOf(submission).map((block) => [block, submission.id])),
  );
  return await Promise.all(
    submissions.map(async ({ folder, submission }): Promise<HandedOut> => {
      const { id, executor, cancelledAt, jobs } = submission;
      const blocks = blocksOf(submission);
      const open = blocks.filter((number) => !isOver(number));
      const own = open.filter((number) => lastOf.get(number) === id);
      const silent = own.filter((number) => !held.has(number));
      const states = await polled(world, submission, silent);
      const inState = (asked: BlockState["is"]) => silent.filter((number) => states.get(number)?.is === asked);
      const ended = inState("ended");
      const left = [...Map.groupBy(ended, (number) => states.get(number)!.said)];
      return {
        id,
        executor,
        jobs: jobs.map(({ job }) => job ?? "not recorded"),
        cancelled: cancelledAt !== null,
        logs: relative(world.machine.workingFolder, folder),
        blocks: blocks.length,
        done: blocks.length - open.length,
        again: open.length - own.length,
        running: own.length - silent.length + inState("running").length,
        waiting: inState("waiting").length,
        ended: ended.length,
        unknown: silent.filter((number) => !states.has(number)).length,
        left: left.map(([said, numbers]) => ({ blocks: ranges(numbers), said })),
      };
    }),
  );
}

const blocksOf = ({ jobs }: Submission): number[] => [...new Set(jobs.flatMap((job) => job.blocks))];

/** Of jobs that share a block one that still has it speaks for it. */
async function polled(
  world: World,
  { cancelledAt, jobs }: Submission,
  blocks: readonly number[],
): Promise<Map<number, BlockState>> {
  if (cancelledAt !== null) return new Map(blocks.map((block) => [block, { is: "ended", said: "cancelled" }]));
  const wanted = new Set(blocks);
  const found = new Map<number, BlockState>();
  for (const job of jobs) {
    if (!job.blocks.some((block) => wanted.has(block))) continue;
    for (const [block, state] of await poll(world, job))
      if (wanted.has(block) && (found.get(block)?.is ?? "ended") === "ended") found.set(block, state);
  }
  return found;
}
