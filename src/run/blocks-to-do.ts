import { remainingOfBlock } from "../design/index.ts";
import { planBlocks, readPast } from "../plan/index.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import { succeed, type Result } from "../schema/result.ts";
import { unknownDevices, lastAttempts } from "../schema/trial-spec.ts";
import type { World } from "../world/world.ts";
import { createSearch } from "./search.ts";
import { stoppedCurves } from "./stopped-curves.ts";

/** Numbers of the plan's blocks of which something is missing, as `run --block` counts them. A failure where the study cannot be read. */
export async function blocksToDo(
  world: World,
  plan: Plan & { expansion: Expansion },
  resultsFolder: string,
  retry: ReadonlySet<string>,
): Promise<Result<number[]>> {
  const past = await readPast(world, resultsFolder, plan.study.name);
  if (!past.ok) return past;
  const { ledger, trials } = past.value;
  const stood = lastAttempts(trials, ({ spec }) => spec).filter(
    ({ verdict }) => !retry.has(verdict.status.toLowerCase()),
  );
  const { runs } = stoppedCurves(plan, stood);
  const search = createSearch(plan, plan.study.peak === null ? [] : trials, {
    wanted: () => true,
    sustains: false,
    readable: () => true,
    retry,
    found: () => undefined,
    lacking: () => [],
  });
  const searching = new Set(search.open().map(({ labels }) => labels.name));
  const now = { atMs: Date.parse(world.clock.wall()), devices: unknownDevices };
  const isOpen = (block: ReturnType<typeof planBlocks>[number]): boolean =>
    "search" in block
      ? searching.has(block.search)
      : remainingOfBlock(plan.study, block.trials.filter(runs), { ledger, now, retry }, block.block).trials.length > 0;
  return succeed(planBlocks(plan).flatMap((block, index) => (isOpen(block) ? [index + 1] : [])));
}
