import { createRandom } from "../math/random.ts";
import type { Study } from "../schema/study.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";

/**
 * Seeds of a trial. That of the load follows from the study's seed, the block and the workload's name alone, so that all
 * arms of a block, its accuracy and its retries send the same requests at the same due times, and other blocks send
 * others. `dataSeedOf` has that of the dataset.
 */
export function seedsOf(study: Pick<Study, "seed">, block: number, workload: string): TrialSpec["seeds"] {
  const load = createRandom(study.seed)
    .fork(`load-${block}-${workload}`)
    .integer(2 ** 31);
  return { order: study.seed, dataset: study.seed, load };
}

/** The seed of a study's data: that of its oldest trial, whatever its seed is now, since trials on different data are not pooled. */
export function dataSeedOf(
  study: Pick<Study, "seed">,
  trials: readonly { startedAt: string; seeds: TrialSpec["seeds"] }[],
): number {
  const [first] = trials.toSorted((left, right) => (left.startedAt < right.startedAt ? -1 : 1));
  return first?.seeds.dataset ?? study.seed;
}
