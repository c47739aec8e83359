import { estimateTime, planBlocks } from "../../plan/index.ts";
import { duration } from "../../report/index.ts";
import type { Executor } from "../../schema/executor.ts";
import type { Expansion } from "../../schema/experiment.ts";
import type { Plan } from "../../schema/plan.ts";

/**
 * What to say where the longest block takes longer than a job may; null where none does. Such a block ends with its trial in
 * flight, and another submission goes on.
 * @param numbers the blocks that are handed out; all where it is absent
 */
export function blockTooLong(
  plan: Plan & { expansion: Expansion },
  executor: Executor,
  numbers?: readonly number[],
): string | null {
  if (executor.kind !== "scheduler" || executor.minutes === undefined) return null;
  const wanted = new Set(numbers);
  const blocks = planBlocks(plan).filter((_, index) => numbers === undefined || wanted.has(index + 1));
  const longestS = blocks.reduce((longest, block) => {
    const searched = "search" in block ? plan.experiments.filter(({ labels }) => labels.name === block.search) : [];
    const trials = "search" in block ? [] : block.trials;
    return Math.max(longest, estimateTime(plan, { trials: [] }, trials, searched).totalS);
  }, 0);
  if (longestS <= 60 * executor.minutes) return null;
  const { name, minutes } = executor;
  return (
    `a block takes about ${duration(longestS)}, and a job of ${name} ends after ${duration(60 * minutes)}: ` +
    `raise \`minutes\` in experiments/executors/${name}.yaml, else each block needs several submissions`
  );
}
