import { createRandom } from "../math/random.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { trialId } from "../schema/ids.ts";
import { alternated } from "./duel.ts";
import { accuracyFollowsPeak, isSearched, searchedExperiments } from "./searched.ts";
import { seedsOf } from "./seeds.ts";
import type { Study } from "../schema/study.ts";
import type { Ledger, Purpose, TrialSpec } from "../schema/trial-spec.ts";

/**
 * All trials of a static design that was never run, block after block, in the order in which they are run; none of a search,
 * whose trials follow from each other. `interleaved`: randomised complete blocks, in each of which every experiment stands
 * once and each baseline as often as `baselinesPerBlock` says, all at places that seed and number of the block draw, so that
 * permuting within blocks is the test that the order justifies. `shuffled`: the same with one baseline. `declared`: in the
 * matrix's order. `alternating`: both sides of a duel once. Accuracy follows the first trial of its configuration.
 * Deterministic: the same study and expansion give the same trials.
 */
export function orderTrials(study: Study, expansion: Expansion): TrialSpec[] {
  const runnable = expansion.experiments.filter((experiment) => experiment.skip === null);
  const isBaseline = new Set(expansion.baselines);
  const counts = new Map<string, number>();
  const accurate = new Set<string>();
  const specs: TrialSpec[] = [];

  const add = (experiment: Experiment, purpose: Purpose, block: number, launchKey: string) => {
    const counted = `${experiment.id} ${purpose}`;
    const replicate = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, replicate);
    const parts = { experimentId: experiment.id, purpose, fidelity: study.fidelity, replicate, attempt: 1 };
    specs.push({
      ...parts,
      trialId: trialId(parts),
      experiment: experiment.labels.name,
      block,
      position: specs.length + 1,
      launchKey,
      seeds: seedsOf(study, block, experiment.labels.workload),
    });
  };

  for (let block = 1; block <= repeatsOf(study); block += 1) {
    for (const [place, group] of launchGroups(study, orderOfBlock(study, runnable, isBaseline, block)).entries()) {
      const launchKey = `b${block}-${place + 1}`;
      for (const experiment of group) {
        // The trials of a search follow from each other: `nextTrial`.
        const searched = isSearched(study, experiment);
        if (!searched) add(experiment, "performance", block, launchKey);
        if (searched && accuracyFollowsPeak(study)) continue;
        if (study.accuracy && !accurate.has(experiment.accuracyKey)) {
          accurate.add(experiment.accuracyKey);
          add(experiment, "accuracy", block, launchKey);
        }
      }
    }
  }
  return specs;
}

/** Repeats of a fidelity: the study's, or fewer where the workload says that so many are enough for it. */
export function repeatsOf(study: Study): number {
  const limits = study.workloads.map((workload) => workload.counts[study.fidelity].repeats ?? study.repeats);
  return Math.min(study.repeats, ...limits);
}

/** How many trials a study would have, without making them; of a search the most that it can take. */
export function countTrials(study: Study, expansion: Expansion): number {
  const runnable = expansion.experiments.filter((experiment) => experiment.skip === null);
  const unsearched = runnable.filter((experiment) => !isSearched(study, experiment));
  const seconds = study.order === "interleaved" ? secondBaselines(unsearched, new Set(expansion.baselines)).length : 0;
  const accuracy = study.accuracy ? new Set(runnable.map((experiment) => experiment.accuracyKey)).size : 0;
  const searched = searchedExperiments(study, expansion).length;
  const probes = searched * (study.peak?.most ?? 0);
  return repeatsOf(study) * (runnable.length + seconds) + accuracy + probes;
}

function orderOfBlock(study: Study, runnable: Experiment[], isBaseline: Set<string>, block: number): Experiment[] {
  if (study.order === "declared") return runnable;
  if (study.order === "alternating") return alternated(runnable, study.seed, block);
  const random = createRandom(study.seed).fork(`order-${block}`);
  if (study.order === "shuffled") return random.shuffle(runnable);
  return random.shuffle([...runnable, ...secondBaselines(runnable, isBaseline)]);
}

/**
 * How often a block of `order: interleaved` runs the baseline of a cell (a workload at one point of the sweep): once, and
 * twice from four changes on. Every change is compared with it, and the variances of n differences from one mean are
 * smallest where that mean rests on √n trials for each trial of a change (Dunnett, JASA 50, 1955).
 */
export function baselinesPerBlock(changes: number): number {
  return changes < 4 ? 1 : 2;
}

/** The baselines that stand in a block a second time: those of cells with changes enough. */
function secondBaselines(runnable: Experiment[], isBaseline: Set<string>): Experiment[] {
  const cells = Map.groupBy(runnable, cellOf);
  return runnable.filter(
    (experiment) =>
      isBaseline.has(experiment.labels.name) && baselinesPerBlock(cells.get(cellOf(experiment))!.length - 1) > 1,
  );
}

/** The workload and the point of the sweep that an experiment belongs to: what its name has after the row's. */
function cellOf({ labels: { name, row } }: Experiment): string {
  return name.slice(row.length);
}

/** Neighbours that share a life of the engine: the points of one row's sweep where the study says so, else each alone. */
function launchGroups(study: Study, order: Experiment[]): Experiment[][] {
  if (study.launch === "each") return order.map((experiment) => [experiment]);
  const groups = new Map<string, Experiment[]>();
  const visits = new Map<string, number>();
  for (const experiment of order) {
    // The baseline's second visit in a block is a launch of its own: trials of one launch do not replicate.
    const visit = (visits.get(experiment.id) ?? 0) + 1;
    visits.set(experiment.id, visit);
    const key = `${visit} ${experiment.configurationId}`;
    const group = groups.get(key);
    if (group) group.push(experiment);
    else groups.set(key, [experiment]);
  }
  return [...groups.values()];
}

/** The trials of a static design that are still to be done. `retry` asks for another attempt at those that ended so. */
export function remainingTrials(specs: TrialSpec[], ledger: Ledger, retry: ReadonlySet<string>): TrialSpec[] {
  const attempts = new Map<string, { attempt: number; status: string }>();
  for (const entry of ledger.trials) {
    const key = `${entry.experimentId} ${entry.purpose} ${entry.fidelity} ${entry.replicate}`;
    const last = attempts.get(key);
    if (!last || entry.attempt > last.attempt) attempts.set(key, { attempt: entry.attempt, status: entry.status });
  }
  return specs.flatMap((spec) => {
    const last = attempts.get(`${spec.experimentId} ${spec.purpose} ${spec.fidelity} ${spec.replicate}`);
    if (!last) return [spec];
    if (!retry.has(last.status.toLowerCase())) return [];
    const again = { ...spec, attempt: last.attempt + 1 };
    return [{ ...again, trialId: trialId(again) }];
  });
}
