import {
  accuracyFollowsPeak,
  atPeaks,
  experimentAtPeak,
  isOfSearch,
  nextTrial,
  outcomesOf,
  searchesFor,
  undecidedAt,
} from "../design/index.ts";
import { lastAttempts, type TrialSpec } from "../schema/trial-spec.ts";
import type { BlockSpec, Plan } from "../schema/plan.ts";
import { peakOf, probeOutcome, spoiledText } from "../schema/peak-found.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { trialId } from "../schema/ids.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Study } from "../schema/study.ts";
import type { Trial } from "../schema/trial.ts";
import { plannedTrial } from "../store/index.ts";
import { blocksOf } from "./block.ts";

/** The search for each row's peak while a study runs: which trial comes next follows from those that are done. */
export interface Search {
  /** Experiments whose peak is searched, in the matrix's order. */
  searched: Experiment[];
  /** Those of them that are not done. */
  open(): Experiment[];
  /** The next trials of each row, and the one of accuracy that will follow its peak: what a session must be able to run. */
  ahead(): TrialSpec[];
  /** Trials of earlier runs that stand: they count in the summary. */
  standing(): Trial[];
  /**
   * The blocks that are still needed, one at a time: the search of each row, and when every peak is known those that sustain
   * them, each with all rows in it.
   */
  blocks(): Generator<BlockSpec, void>;
  /** The trials of the search of the row of this name, each of which follows from those before it. */
  probes(name: string): Iterable<TrialSpec>;
  /** A sentence for each search that is done and found no peak, where that is a loss: it is undecided, or accuracy was to follow the peak. */
  withoutPeak(): string[];
  /** True of a trial that the summary counts: a probe that broke has answered; one that FAILED, or at which its search ends undecided, has not. */
  isCounted(trial: Trial): boolean;
  /** Is told of each trial that has just ended. */
  learn(trial: Trial): void;
  /** The record with each row at the highest rate that held, where it is known, and the blocks that sustain them. */
  recorded(record: StudyRecord): StudyRecord;
}

export interface SearchOptions {
  wanted: (name: string) => boolean;
  /** False of a trial whose folder is there and cannot be read: its row waits until that is put aside. */
  readable: (spec: { trialId: string }) => boolean;
  /** Statuses of earlier trials that are to be tried again. */
  retry: ReadonlySet<string>;
  /** False where the blocks that sustain the peaks are another run's to do: they need all peaks. */
  sustains: boolean;
  /** Is told of each experiment before its trial is handed out. */
  found(experiment: Experiment): void;
  /** What a design without a search lacks by now: of the rows at their peaks. */
  lacking(plan: { study: Study; expansion: Expansion }, wanted: (name: string) => boolean): readonly TrialSpec[];
}

/** `past`: every trial of the study so far. */
export function createSearch(
  { study, expansion, trials }: Plan & { expansion: Expansion },
  past: readonly Trial[],
  options: SearchOptions,
): Search {
  const searched = searchesFor(study, expansion, options.wanted);
  const all = [...past];
  const stands = (trial: Trial): boolean =>
    !options.retry.has(trial.verdict.status.toLowerCase()) || hasAnswered(trial);
  const counted = lastAttempts(past, ({ spec }) => spec).filter(stands);
  const known = { trials: counted, all };
  const next = (row: Experiment) => {
    const one = nextTrial(study, row, known, trials.length + all.length + 1);
    return one !== null && options.readable(one.spec) ? one : null;
  };
  const follows = accuracyFollowsPeak(study);
  let blocks: readonly TrialSpec[] | null = null;

  function* probes(name: string): Generator<TrialSpec, void> {
    const row = searched.find(({ labels }) => labels.name === name);
    if (row === undefined) throw new Error(`no peak of ${name} is searched`);
    for (let one = next(row); one !== null; one = next(row)) {
      options.found(one.experiment);
      yield one.spec;
    }
  }

  const peaks = (): Map<string, Experiment> =>
    new Map(
      searched.flatMap((row) => {
        const peak = experimentAtPeak(study, row, counted);
        return peak === null ? [] : [[row.labels.name, peak] as const];
      }),
    );

  /** Trials that sustain the peaks that are known, and are not done. */
  function sustained(): readonly TrialSpec[] {
    if (study.peak?.sustain !== true || !options.sustains) return [];
    const found = peaks();
    for (const peak of found.values()) options.found(peak);
    const asked = new Set([...found].flatMap(([name, { labels }]) => (options.wanted(name) ? [labels.name] : [])));
    return options.lacking(atPeaks(study, expansion, found), (name) => asked.has(name));
  }

  const isSearching = (): boolean => searched.some((row) => next(row) !== null);
  /** As they are drawn when every search is done. */
  const drawn = (): readonly TrialSpec[] => (isSearching() ? [] : (blocks ??= sustained()));

  const isSearched = (trial: Trial): boolean => searched.some((row) => isOfSearch(row, trial));
  const undecided = (row: Experiment): Trial | null => undecidedAt(study, row, known);

  return {
    searched,
    open() {
      const lacking = new Set(sustained().map(({ experiment }) => experiment));
      const found = peaks();
      return searched.filter((row) => next(row) !== null || lacking.has(found.get(row.labels.name)?.labels.name ?? ""));
    },
    ahead: () => [
      ...searched.flatMap((row) => {
        const one = next(row);
        if (one === null) return [];
        options.found(one.experiment);
        const accuracy = { ...one.spec, purpose: "accuracy" as const };
        return follows ? [one.spec, { ...accuracy, trialId: trialId(accuracy) }] : [one.spec];
      }),
      ...sustained(),
    ],
    standing: () => counted.filter((trial) => (follows || trial.spec.purpose !== "accuracy") && isSearched(trial)),
    withoutPeak: () =>
      searched.flatMap((row) => {
        const { name } = row.labels;
        const last = undecided(row);
        if (last !== null) {
          const rate = Number(last.knobs["load.rate"]);
          return `${name}: the search ends undecided at ${rate} requests a second: the load generator or its machine spoiled both probes (${spoiledText(last)} Then: --retry invalid)`;
        }
        if (!follows || next(row) !== null || peakOf(outcomesOf(study, row, counted)) !== null) return [];
        return `${name}: accuracy is not measured, since it follows the peak rate and no rate held`;
      }),
    isCounted: (trial) =>
      trial.spec.purpose !== "probe" ||
      trial.verdict.status === "FAILED" ||
      searched.some((row) => undecided(row)?.spec.trialId === trial.spec.trialId),
    *blocks() {
      for (const row of searched) if (next(row) !== null) yield { study: study.name, search: row.labels.name };
      yield* blocksOf(study, [...drawn()]);
    },
    probes,
    learn(trial) {
      all.push(trial);
      counted.push(trial);
    },
    recorded(record) {
      const rows = withPeaks(record, peaks());
      const coming = new Set(drawn().map((spec) => spec.trialId));
      const done = all.filter((trial) => trial.spec.purpose !== "probe" && isSearched(trial));
      return {
        ...rows,
        plannedTrials: [
          ...rows.plannedTrials,
          ...done.flatMap(({ spec }) => (coming.has(spec.trialId) ? [] : [plannedTrial(spec)])),
          ...drawn().map(plannedTrial),
        ],
      };
    },
  };
}

/** A rate that held or broke is known: were it asked again, the rates after it would no longer follow from it. */
function hasAnswered(trial: Trial): boolean {
  if (trial.spec.purpose !== "probe") return false;
  const outcome = probeOutcome(trial, 1);
  return outcome === "held" || outcome === "broke";
}

/** Rows whose peak is known stand in the record at that rate, by the name that their trials have. */
function withPeaks(record: StudyRecord, peaks: ReadonlyMap<string, Experiment>): StudyRecord {
  const nameOf = (name: string): string => peaks.get(name)?.labels.name ?? name;
  return {
    ...record,
    baselines: record.baselines.map(nameOf),
    experiments: record.experiments.map((experiment) => {
      const peak = peaks.get(experiment.labels.name);
      if (peak === undefined) return experiment;
      const { workload: _workload, identity: _identity, ...found } = peak;
      return found;
    }),
    contrasts: record.contrasts.map((contrast) => {
      const rate = peaks.get(contrast.treatment)?.knobs["load.rate"];
      return {
        ...contrast,
        treatment: nameOf(contrast.treatment),
        control: nameOf(contrast.control),
        changed: rate === undefined ? contrast.changed : { ...contrast.changed, "load.rate": rate },
      };
    }),
  };
}
