import type { Expansion } from "../schema/experiment.ts";
import type { Study } from "../schema/study.ts";
import { unknownDevices, type Devices, type Ledger, type TrialSpec } from "../schema/trial-spec.ts";
import { openSession, restOf } from "./in-flight.ts";
import { partnersOf } from "./partners.ts";
import { pastOf, timesMeasured } from "./past.ts";
import { repeatsOf, orderOfBlock } from "./blocks.ts";
import { accuracyFollowsPeak, isSearched, searchedExperiments } from "./peak/searched.ts";
import type { Session } from "./sessions.ts";
import { createSpecWriter } from "./spec-writer.ts";

/** What a design needs beside the matrix: data alone, so that it stays pure. */
export interface Asked {
  ledger: Ledger;
  /** When and on what the next trial would run. */
  now: { atMs: number; devices: Devices };
  /** Statuses of trials that are to be tried again, in lower case. */
  retry: ReadonlySet<string>;
  /** Which experiments are asked for, by name; what they are compared with runs beside them. */
  wanted(name: string): boolean;
  /**
   * Whether blocks of other seeds count as repeats: they do where a number of blocks in all is asked for, and do not where
   * only another seed is, which adds blocks.
   */
  everySeed: boolean;
  /** Trials of the study's other design, which run first: blocks and positions are numbered on from theirs. */
  before?: readonly TrialSpec[];
}

/** What is to be done. */
export interface Remaining {
  trials: TrialSpec[];
  /** The block that goes on where it was interrupted; null where none does. */
  continues: number | null;
  /** Names of experiments that were not asked for, and run because others are compared with them. */
  beside: string[];
}

/** Of a study that was never run: everything. */
export const neverRun: Asked = {
  ledger: { trials: [] },
  now: { atMs: 0, devices: unknownDevices },
  retry: new Set(),
  wanted: () => true,
  everySeed: false,
};

/**
 * The trials that a static design still lacks, in the order in which they are to be run. Each row is to be measured in as many
 * blocks as the study repeats, in each of them beside what it is compared with: in the same block, without a longer
 * interruption, on the same devices. What lacks that (a row that was added, a trial that is tried again, a block that was
 * broken off, further repeats, another seed) runs in new blocks, each with its own baseline. The block that was in flight
 * goes on as it was drawn where that is still the same session. An accuracy trial runs once for each accuracy key, whatever
 * the block. Deterministic; only what was measured in between changes the answer.
 */
export function remainingTrials(study: Study, expansion: Expansion, asked: Asked): Remaining {
  const { ledger, now } = asked;
  const runnable = expansion.experiments.filter(({ skip }) => skip === null);
  const arms = runnable.filter((experiment) => !isSearched(study, experiment));
  const partners = partnersOf(expansion, arms);
  const wanted = arms.filter(({ labels }) => asked.wanted(labels.name));
  const ids = new Set(wanted.flatMap(({ id }) => [id, ...partners(id)]));
  const needed = new Map(arms.filter(({ id }) => ids.has(id)).map((experiment) => [experiment.id, experiment]));

  const past = pastOf(ledger, study.fidelity, asked.retry);
  // Accuracy of a searched row that follows its peak is the search's.
  const scored = runnable.filter((experiment) =>
    isSearched(study, experiment)
      ? !accuracyFollowsPeak(study) && asked.wanted(experiment.labels.name)
      : needed.has(experiment.id),
  );
  const writer = createSpecWriter(study, asked, past, { isBaseline: new Set(expansion.baselines), partners }, scored);

  const session = openSession(past, ledger, now, study.seed);
  const rest = session === null ? [] : restOf(session, ledger, { needed, partners, past, fidelity: study.fidelity });
  for (const trial of rest) writer.goOn(trial);
  const coming = rest.filter(({ purpose }) => purpose === "performance").map(({ experiment }) => experiment.id);
  const inScope = ({ seed }: Session): boolean => asked.everySeed || seed === study.seed;
  const times = timesMeasured(past, partners, inScope, { session, ids: coming });

  const lacks = wanted.map(({ id }) => ({
    id,
    blocks: Math.max(repeatsOf(study) - (times.get(id) ?? 0), past.toRetry(id, "performance").length),
  }));
  const most = lacks.reduce((longest, { blocks }) => Math.max(longest, blocks), 0);
  for (let round = 1; round <= most; round += 1) {
    const members = new Set(lacks.flatMap(({ id, blocks }) => (blocks < round ? [] : [id, ...partners(id)])));
    writer.openBlock(arms.filter(({ id }) => members.has(id)));
  }
  writer.accuracyAlone();

  const trials = writer.specs();
  const running = new Set(trials.map(({ experiment }) => experiment));
  return {
    trials,
    continues: rest.length === 0 ? null : session!.block,
    beside: arms.flatMap(({ labels: { name } }) => (running.has(name) && !asked.wanted(name) ? [name] : [])),
  };
}

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
