import type { Expansion } from "../schema/experiment.ts";
import type { Study } from "../schema/study.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { orderOfBlock } from "./blocks.ts";
import { partnersOf } from "./partners.ts";
import { neverRun, remainingTrials } from "./remaining.ts";
import { repeatsOf } from "./repeats.ts";
import { isSearched, searchedExperiments } from "./peak/searched.ts";

/**
 * All trials of a static design that was never run, block after block, in the order in which they are run; none of a search,
 * whose trials follow from each other. `interleaved`: randomised complete blocks, in each of which every experiment stands
 * once and each baseline as often as `baselinesPerBlock` says, all at places that seed and number of the block draw, so that
 * permuting within blocks is the test that the order justifies. `shuffled`: the same with one baseline. `declared`: in the
 * matrix's order. A kind may have an order of its own. Accuracy follows the first trial of its configuration.
 * Deterministic: the same study and expansion give the same trials.
 */
export function orderTrials(study: Study, expansion: Expansion): TrialSpec[] {
  return remainingTrials(study, expansion, neverRun).trials;
}

/** How many trials a study would have, without making them; of a search the most that it can take. */
export function countTrials(study: Study, expansion: Expansion): number {
  const runnable = expansion.experiments.filter((experiment) => experiment.skip === null);
  // Without `sustain` nothing of a searched row is repeated.
  const repeated =
    study.peak?.sustain === false ? runnable.filter((experiment) => !isSearched(study, experiment)) : runnable;
  const baselines = { isBaseline: new Set(expansion.baselines), partners: partnersOf(expansion, repeated) };
  const perBlock = orderOfBlock(study, repeated, baselines, 1).length;
  const accuracy = study.accuracy ? new Set(runnable.map((experiment) => experiment.accuracyKey)).size : 0;
  const searched = searchedExperiments(study, expansion).length;
  const probes = searched * (study.peak?.most ?? 0);
  return repeatsOf(study) * perBlock + accuracy + probes;
}
