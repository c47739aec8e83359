import { decisions, primaryEffects } from "../src/compare/decisions.ts";
import { expandStudy } from "../src/design/expand.ts";
import { orderTrials } from "../src/design/order.ts";
import {
  createVirtualLaboratory,
  type PlantedEffect,
  type VirtualEngine,
} from "../src/executors/virtual-laboratory.ts";
import type { Effect, Outcome } from "../src/schema/effect.ts";
import type { Expansion } from "../src/schema/experiment.ts";
import type { Design, Study } from "../src/schema/study.ts";
import { makeStudy, makeWorkload } from "../tests/support/make-study.ts";

/** Noise and what else moves the trials of a study. */
export type Condition = Pick<VirtualEngine, "noise" | "driftPerTrial"> & Partial<VirtualEngine>;

/** Many studies of one design on one virtual engine, each with its own seed for order and noise. */
export interface VirtualStudies {
  design: Design;
  blocks: number;
  condition: Condition;
  planted: readonly PlantedEffect[];
  studies: number;
  /** Another seed makes other studies. */
  seed: string;
}

/** What one study said of one contrast, beside the truth. */
export interface Finding {
  effect: Effect;
  /** The true ratio. */
  truth: number;
  /** Of the change, where this contrast is the one that decides about it. */
  outcome: Outcome | null;
}

/** Runs whole studies (design, order, trials, judgement) through the product's own code; one list of findings for each. */
export function* runVirtualStudies(asked: VirtualStudies): Generator<Finding[]> {
  const { design, blocks, condition, planted, studies, seed } = asked;
  const study = makeStudy(design, { repeats: blocks, accuracy: makeWorkload(), order: "interleaved" });
  const expansion = expandStudy(study);
  const truths = truthOf(expansion, planted);
  const engine = { throughput: 1000, effects: planted, launchSd: 0, invalidShare: 0, ...condition };
  for (let run = 1; run <= studies; run++) {
    const execute = createVirtualLaboratory(engine, expansion.experiments, `${seed} ${run}`);
    const trials = orderTrials({ ...study, seed: run } satisfies Study, expansion).map(execute);
    const compared = { ...expansion, fidelity: study.fidelity, order: study.order };
    const found = primaryEffects(compared, trials);
    const outcomes = new Map(
      decisions(compared, trials, found).map(({ experiment, outcome }) => [experiment, outcome]),
    );
    yield found.map((effect) => ({
      effect,
      truth: truths.get(effect.treatment)! / truths.get(effect.control)!,
      outcome: effect.family === "stack" ? null : (outcomes.get(effect.treatment) ?? null),
    }));
  }
}

function truthOf({ experiments }: Expansion, planted: readonly PlantedEffect[]): Map<string, number> {
  return new Map(
    experiments.map(({ labels, knobs }) => {
      const applying = planted.filter((effect) =>
        Object.entries(effect.knobs).every(([knob, value]) => knobs[knob] === value),
      );
      return [labels.name, applying.reduce((product, { throughput = 1 }) => product * throughput, 1)];
    }),
  );
}

/** Counts over studies; shares of them and of their contrasts. */
export interface Tally {
  studies: number;
  intervals: number;
  covered: number;
  /** Studies with at least one finding (corrected p below 0.05) where the truth is no change. */
  familyErrors: number;
  /** Sum over studies of the share of findings that are false; 0 where nothing was found. */
  falseShares: number;
  /** SHIPs of changes that make nothing faster. */
  falseShips: number;
  /** For each true ratio: contrasts, findings, outcomes. */
  byTruth: Map<number, { contrasts: number; found: number; outcomes: Map<Outcome, number> }>;
}

/** Sums up what studies found. Only the family that decides is counted for errors: `stack` repeats its steps. */
export function tally(studies: Iterable<Finding[]>): Tally {
  const total: Tally = {
    studies: 0,
    intervals: 0,
    covered: 0,
    familyErrors: 0,
    falseShares: 0,
    falseShips: 0,
    byTruth: new Map(),
  };
  for (const findings of studies) {
    total.studies += 1;
    let found = 0;
    let wrong = 0;
    for (const { effect, truth, outcome } of findings) {
      if (effect.interval !== null) {
        total.intervals += 1;
        total.covered += Number(effect.interval.lower <= truth && truth <= effect.interval.upper);
      }
      if (effect.family === "stack") continue;
      const isFound = effect.pAdjusted !== null && effect.pAdjusted < 0.05;
      found += Number(isFound);
      wrong += Number(isFound && truth === 1);
      total.falseShips += Number(outcome === "SHIP" && truth <= 1);
      const own = total.byTruth.get(truth) ?? { contrasts: 0, found: 0, outcomes: new Map<Outcome, number>() };
      own.contrasts += 1;
      own.found += Number(isFound);
      if (outcome !== null) own.outcomes.set(outcome, (own.outcomes.get(outcome) ?? 0) + 1);
      total.byTruth.set(truth, own);
    }
    total.familyErrors += Number(wrong > 0);
    total.falseShares += found === 0 ? 0 : wrong / found;
  }
  return total;
}

/** Conditions of the table: a noise of 2 % in each, so that they differ in kind and not in size. */
export const conditions = {
  Gaussian: { noise: { kind: "gaussian", sd: 0.02 }, driftPerTrial: 0 },
  drift: { noise: { kind: "gaussian", sd: 0.02 }, driftPerTrial: 0.004 },
  "heavy tails": { noise: { kind: "heavy-tailed", sd: 0.02, degreesOfFreedom: 3 }, driftPerTrial: 0 },
  autocorrelation: { noise: { kind: "autocorrelated", sd: 0.02, correlation: 0.6 }, driftPerTrial: 0 },
} as const satisfies Record<string, Condition>;

const change = (knob: string, value: number | string | boolean) => ({
  id: knob,
  label: knob,
  set: { [knob]: value },
  pointer: "",
});

const changes = [
  change("quantization", "fp8"),
  change("max_model_len", 2668),
  change("enforce_eager", true),
  change("max_num_seqs", 32),
];

/** Four changes on their own, four steps, and a factorial of three knobs (seven cells beside the baseline). */
export const designs = {
  isolation: { kind: "isolation", changes },
  stacked: { kind: "stacked", steps: changes },
  combination: {
    kind: "combination",
    factors: [
      { knob: "quantization", values: [null, "fp8"], pointer: "" },
      { knob: "enforce_eager", values: [null, true], pointer: "" },
      { knob: "max_num_seqs", values: [16, 32], pointer: "" },
    ],
    include: [],
    exclude: [],
  },
} as const satisfies Record<string, object> as unknown as Record<"isolation" | "stacked" | "combination", Design>;
