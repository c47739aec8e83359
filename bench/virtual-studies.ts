import { axesOf } from "../src/schema/axis.ts";
import { bestOfCells } from "../src/analysis/best.ts";
import { decisions, primaryEffects } from "../src/analysis/decisions.ts";
import type { ComparedStudy } from "../src/analysis/study.ts";
import { expandStudy } from "../src/design/expand.ts";
import { orderTrials } from "../src/design/remaining.ts";
import {
  createVirtualLaboratory,
  type PlantedEffect,
  type VirtualEngine,
} from "../tests/laboratory/virtual-laboratory.ts";
import { smallestEffectOfInterest } from "../src/analysis/rules.ts";
import type { Effect, Outcome } from "../src/schema/effect.ts";
import type { Expansion, Experiment } from "../src/schema/experiment.ts";
import type { Design } from "../src/schema/design.ts";
import type { Study } from "../src/schema/study.ts";
import type { TrialSpec } from "../src/schema/trial-spec.ts";
import { makeStudy, makeWorkload } from "../tests/support/make-study.ts";

/** Noise and what else moves the trials of a study. */
export type Condition = Pick<VirtualEngine, "noise" | "driftPerTrial"> &
  Partial<VirtualEngine> & {
    /** What depends on the drawn order. */
    inOrder?: (specs: readonly TrialSpec[]) => Pick<VirtualEngine, "shift" | "daysLater" | "provenance">;
    /** Planted beside the effects, and marks the noisy arm. */
    noisy?: PlantedEffect;
  };

/** Many studies of one design on one virtual engine, each with its own seed for order and noise. */
export interface VirtualStudies {
  design: Design;
  blocks: number;
  condition: Condition;
  planted: readonly PlantedEffect[];
  studies: number;
  /** Another seed makes other studies. */
  seed: string;
  /** What the matrix says that comparisons are judged by, beside what is usual. */
  rules?: ComparedStudy["rules"];
  /** Effects without outcomes, which is quicker; absent: both. */
  only?: "effects";
}

/** A study's effect and decision on one contrast, beside the truth. */
export interface Finding {
  effect: Effect;
  /** The true ratio. */
  truth: number;
  /** Of the change, where this contrast is the one that decides about it. */
  outcome: Outcome | null;
  /** Whether the change is the noisy arm of the condition. */
  isNoisy: boolean;
}

/** Runs whole studies (design, order, trials, judgement) through the product's own code; one list of findings for each. */
export function* runVirtualStudies(asked: VirtualStudies): Generator<Finding[]> {
  for (const { compared, trials, truths, noisyOnes } of virtualStudies(asked)) {
    const found = primaryEffects(compared, trials);
    const decided = asked.only === "effects" ? [] : decisions(compared, trials, { primary: found });
    const outcomes = new Map(decided.map(({ experiment, outcome }) => [experiment, outcome]));
    yield found.map((effect) => ({
      effect,
      truth: truths.get(effect.treatment)! / truths.get(effect.control)!,
      outcome: effect.family === "stack" ? null : (outcomes.get(effect.treatment) ?? null),
      isNoisy: noisyOnes.has(effect.treatment),
    }));
  }
}

/** A study's configurations beside the truth: which of them cannot be told from the best. */
export interface BestFinding {
  experiment: string;
  /** Its true throughput ÷ that of the baseline. */
  truth: number;
  mayBeBest: boolean;
  isNoisy: boolean;
}

/** The same studies, read for the best of many; one list of findings for each. */
export function* runBestOfMany(asked: VirtualStudies): Generator<BestFinding[]> {
  for (const { compared, trials, truths, noisyOnes } of virtualStudies(asked)) {
    yield bestOfCells(compared, trials).flatMap(({ arms }) =>
      arms.map(({ experiment, standing }) => ({
        experiment,
        truth: truths.get(experiment)!,
        // What could not be compared is named as such, and ruled out by nothing.
        mayBeBest: standing !== "worse",
        isNoisy: noisyOnes.has(experiment),
      })),
    );
  }
}

/** The studies themselves: what is compared, its trials and how more are made, the true ratio of each experiment, and the noisy ones. */
export function* virtualStudies(asked: VirtualStudies) {
  const { design, blocks, studies, seed } = asked;
  const { inOrder, noisy, ...condition } = asked.condition;
  const planted = noisy === undefined ? asked.planted : [...asked.planted, noisy];
  const study = makeStudy(design, { repeats: blocks, accuracy: makeWorkload(), order: "interleaved" });
  const expansion = expandStudy(study);
  const truths = truthOf(expansion, planted);
  const engine = { throughput: 1000, effects: planted, launchSd: 0, invalidShare: 0, ...condition };
  const noisyOnes = new Set(
    expansion.experiments.filter((one) => applies(noisy, one)).map(({ labels }) => labels.name),
  );
  for (let run = 1; run <= studies; run++) {
    const seeded = { ...study, seed: run } satisfies Study;
    const specs = orderTrials(seeded, expansion);
    const execute = createVirtualLaboratory(
      { ...engine, ...inOrder?.(specs) },
      expansion.experiments,
      `${seed} ${run}`,
    );
    const trials = specs.map(execute);
    const compared = { ...expansion, fidelity: study.fidelity, order: study.order, rules: asked.rules ?? {} };
    yield { compared, study: seeded, specs, execute, trials, truths, noisyOnes };
  }
}

function truthOf({ experiments }: Expansion, planted: readonly PlantedEffect[]): Map<string, number> {
  return new Map(
    experiments.map((experiment) => {
      const applying = planted.filter((effect) => applies(effect, experiment));
      return [experiment.labels.name, applying.reduce((product, { throughput = 1 }) => product * throughput, 1)];
    }),
  );
}

function applies(effect: PlantedEffect | undefined, { knobs }: Experiment): boolean {
  return effect !== undefined && Object.entries(effect.knobs).every(([knob, value]) => knobs[knob] === value);
}

/** Counts over studies; shares of them and of their contrasts. */
export interface Tally {
  studies: number;
  intervals: number;
  covered: number;
  /** Of the noisy arm's own contrasts. */
  noisyIntervals: number;
  noisyCovered: number;
  /** Studies with at least one finding (corrected p below 0.05) where the truth is no change. */
  familyErrors: number;
  /** Sum over studies of the share of findings that are false; 0 where nothing was found. */
  falseShares: number;
  /** SHIPs of changes that make nothing faster. */
  falseShips: number;
  /** REJECTs of changes that make nothing slower. */
  falseRejects: number;
  /** Studies that call a change NO EFFECT whose effect is at the smallest of interest or beyond. */
  falseNoEffects: number;
  /** For each true ratio: contrasts, findings, those whose whole interval is beyond the smallest effect of interest, outcomes. */
  byTruth: Map<number, { contrasts: number; found: number; beyondMargin: number; outcomes: Map<Outcome, number> }>;
}

/** Sums up what studies found. Only the family that decides is counted for errors: `stack` repeats its steps. */
export function tally(studies: Iterable<Finding[]>): Tally {
  const total: Tally = {
    studies: 0,
    intervals: 0,
    covered: 0,
    noisyIntervals: 0,
    noisyCovered: 0,
    falseNoEffects: 0,
    familyErrors: 0,
    falseShares: 0,
    falseShips: 0,
    falseRejects: 0,
    byTruth: new Map(),
  };
  for (const findings of studies) {
    total.studies += 1;
    let found = 0;
    let wrong = 0;
    let isFalselyNone = false;
    for (const { effect, truth, outcome, isNoisy } of findings) {
      if (effect.interval !== null) {
        const covered = Number(effect.interval.lower <= truth && truth <= effect.interval.upper);
        total.intervals += 1;
        total.covered += covered;
        total.noisyIntervals += Number(isNoisy);
        total.noisyCovered += isNoisy ? covered : 0;
      }
      isFalselyNone ||=
        outcome === "NO EFFECT" && Math.abs(Math.log(truth)) >= Math.log1p(smallestEffectOfInterest) - 1e-12;
      if (effect.family === "stack") continue;
      const isFound = effect.pAdjusted !== null && effect.pAdjusted < 0.05;
      found += Number(isFound);
      wrong += Number(isFound && truth === 1);
      total.falseShips += Number(outcome === "SHIP" && truth <= 1);
      total.falseRejects += Number(outcome === "REJECT" && truth >= 1);
      const own = total.byTruth.get(truth) ?? {
        contrasts: 0,
        found: 0,
        beyondMargin: 0,
        outcomes: new Map<Outcome, number>(),
      };
      own.contrasts += 1;
      own.found += Number(isFound);
      own.beyondMargin += Number(isFound && effect.interval!.lower >= 1 + smallestEffectOfInterest);
      if (outcome !== null) own.outcomes.set(outcome, (own.outcomes.get(outcome) ?? 0) + 1);
      total.byTruth.set(truth, own);
    }
    total.familyErrors += Number(wrong > 0);
    total.falseNoEffects += Number(isFalselyNone);
    total.falseShares += found === 0 ? 0 : wrong / found;
  }
  return total;
}

const gaussian = { noise: { kind: "gaussian", sd: 0.02 }, driftPerTrial: 0 } as const;

/** The last change of `changes`, and the upper half of the factorial's cells. */
const lastChange = { max_num_seqs: 32 };

/** From -1 to 1 within the trial's block. */
function placesOf(specs: readonly TrialSpec[]): (spec: TrialSpec) => number {
  const blocks = Map.groupBy(specs, ({ block }) => block);
  return ({ block, position }) => {
    const own = blocks.get(block)!;
    const [first, last] = [own[0]!.position, own.at(-1)!.position];
    return first === last ? 0 : (2 * (position - first)) / (last - first) - 1;
  };
}

/** Conditions of the table. The noise is 2 % unless stated otherwise, so that they differ in kind and not in size. */
export const conditions = {
  Gaussian: gaussian,
  drift: { ...gaussian, driftPerTrial: 0.004 },
  "curved drift": {
    ...gaussian,
    inOrder: (specs: readonly TrialSpec[]) => {
      const placeOf = placesOf(specs);
      return { shift: (spec: TrialSpec) => 0.04 * (1 - placeOf(spec) ** 2) };
    },
  },
  "two sessions": {
    ...gaussian,
    inOrder: (specs: readonly TrialSpec[]) => {
      const isLater = ({ block }: TrialSpec): boolean => block > specs.at(-1)!.block / 2;
      return {
        shift: (spec: TrialSpec) => 0.03 * Number(isLater(spec)),
        daysLater: (spec: TrialSpec) => Number(isLater(spec)),
      };
    },
  },
  "heavy tails": { ...gaussian, noise: { kind: "heavy-tailed", sd: 0.02, degreesOfFreedom: 3 } },
  autocorrelation: { ...gaussian, noise: { kind: "autocorrelated", sd: 0.02, correlation: 0.6 } },
  "one arm 3 times as noisy": { ...gaussian, noisy: { knobs: lastChange, noise: 3 } },
  "one arm 5 times as noisy": { ...gaussian, noisy: { knobs: lastChange, noise: 5 } },
  "10 % missing": { ...gaussian, invalidShare: 0.1 },
  "20 % missing": { ...gaussian, invalidShare: 0.2 },
  "fast trials INVALID": { ...gaussian, invalidFrom: 1025 },
} as const satisfies Record<string, Condition>;

const change = (knob: string, value: number | string | boolean) => ({
  id: knob,
  label: knob,
  set: { [knob]: value },
  pointer: "",
});

/** A list of `number` different changes. */
export function changesOf(number: number): ReturnType<typeof change>[] {
  return Array.from({ length: number }, (_, index) => ({
    ...change("max_model_len", 2048 + index),
    id: `change${index}`,
    label: `change${index}`,
  }));
}

const changes = [
  change("quantization", "fp8"),
  change("max_model_len", 2668),
  change("enforce_eager", true),
  change("max_num_seqs", 32),
];

/** Four changes on their own, four steps, and a factorial of three knobs (seven cells beside the baseline). */
export const designs = {
  isolation: { kind: "isolation", changes },
  stacked: { kind: "stacked", changes, cumulative: true },
  combination: {
    kind: "combination",
    factors: axesOf(
      { quantization: [null, "fp8"], enforce_eager: [null, true], max_num_seqs: [16, 32] },
      "",
      () => null,
    ),
    changes: [],
  },
} as const satisfies Record<string, object> as unknown as Record<"isolation" | "stacked" | "combination", Design>;
