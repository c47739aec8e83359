import { searchesFor } from "../design/index.ts";
import type { BlockSpec, Plan } from "../schema/plan.ts";
import type { Expansion } from "../schema/experiment.ts";
import { fail, succeed, type Result } from "../schema/result.ts";

/** The blocks of a plan, in the order of their numbers from 1, which `run --block` takes: the rounds of its order, then the search for each peak. */
export function planBlocks({ study, expansion, trials }: Plan & { expansion: Expansion }): BlockSpec[] {
  const rounds = Map.groupBy(trials, ({ block }) => block);
  return [
    ...[...rounds].map(([block, ofBlock]) => ({ study: study.name, block, trials: ofBlock })),
    ...searchesFor(study, expansion, () => true).map(({ labels }) => ({ study: study.name, search: labels.name })),
  ];
}

/** The block of this number. Failure: `no-such-block`. */
export function planBlock(plan: Plan & { expansion: Expansion }, number: number): Result<BlockSpec> {
  const blocks = planBlocks(plan);
  const found = blocks[number - 1];
  if (found !== undefined) return succeed(found);
  const hint = blocks.length === 1 ? "It has block 1 alone." : `It has blocks 1 to ${blocks.length}.`;
  return fail("no-such-block", `${plan.study.name} has no block ${number}`, hint);
}
