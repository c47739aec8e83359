import type { Contrast } from "./experiment.ts";
import type { Assignment } from "./knob.ts";
import type { Json } from "./json.ts";
import type { MetricDefinition } from "./measurement.ts";

/** An interval of a ratio; no unit. */
export interface RatioBounds {
  lower: number;
  upper: number;
}

/** What a change did to a metric, over trials. Always derived, never stored in a trial. */
export interface Effect {
  treatment: string;
  control: string;
  family: string;
  metric: string;
  stat: string;
  unit: string;
  /** Which way the metric is better, as it is defined; absent of effects that are not part of an analysis. */
  better?: MetricDefinition["better"];
  treatmentValue: number | null;
  controlValue: number | null;
  /** Treatment ÷ control: from the model of arms and blocks; on the raw scale, of arithmetic means. Null where a side is missing or the control's mean is zero. */
  ratio: number | null;
  /** What was modelled: logarithms; the values themselves where a launch of either side measured zero. */
  scale: "log" | "raw";
  /** Whether the treatment's figure is higher or lower than the control's, also where there is no ratio. */
  direction: "higher" | "lower" | "same" | null;
  /** 95 % interval of the ratio, for this contrast alone; null where nothing was repeated, and on the raw scale. */
  interval: RatioBounds | null;
  /** That the change does nothing, for this contrast alone. */
  p: number | null;
  /** That it does nothing, corrected over the family of contrasts of this kind in the study. */
  pAdjusted: number | null;
  /** How it was corrected: `Dunnett over 4 changes`. */
  correction: string | null;
  /** The smallest change of the ratio that this study could have detected with 80 % power: 0.03 is 3 %. */
  smallestDetectable: number | null;
  equivalence: Equivalence | null;
  /** Blocks that hold both sides. */
  blocks: number;
  /** The hosts that these blocks ran on, or the sets of devices of the only host; absent of effects that are not part of an analysis. */
  hosts?: string[];
  degreesOfFreedom: number | null;
  /** Standard deviation of a trial's logarithm, after arms and blocks. */
  residual: number | null;
  drift: Drift | null;
  method: string;
  /** Of a duel: its rounds as pairs; null or absent elsewhere, and where fewer than two rounds hold both sides. */
  paired?: PairedRounds | null;
  /** Why interval, p and what follows from them are null. */
  why: string | null;
  /** Launches on each side: trials of one launch are one value. */
  trials: { treatment: number; control: number };
  excluded: { trialId: string; why: string }[];
}

/** What an effect says before anything was tested, and where nothing could be. */
export const noTest = {
  interval: null,
  p: null,
  pAdjusted: null,
  correction: null,
  smallestDetectable: null,
  equivalence: null,
  degreesOfFreedom: null,
} satisfies Partial<Effect>;

/** The rounds of a duel as pairs, on logarithms. */
export interface PairedRounds {
  rounds: number;
  /** Rounds in which the treatment's value was the larger. */
  won: number;
  ratio: number;
  /** 95 % interval of the ratio, by the paired t test. */
  interval: RatioBounds;
  tP: number;
  wilcoxonP: number;
  /** False where the normal distribution stands in for the count over all signs. */
  wilcoxonExact: boolean;
  /** Each round with its treatment ÷ control, in order. */
  each: { round: number; ratio: number }[];
}

/** Two one-sided tests of an effect against the smallest effect of interest. */
export interface Equivalence {
  /** The smallest effect of interest: 0.02 is 2 %. */
  margin: number;
  /** That the effect is larger than the margin, for this contrast alone. */
  p: number;
  /** The same, corrected by Holm over the contrasts of the family; absent where they were not. */
  pAdjusted?: number;
  /** The 90 % interval, for this contrast alone. */
  interval: RatioBounds;
  /** The effect is too small to matter: by the corrected p where there is one. */
  equivalent: boolean;
}

/**
 * What the cell's trials did while the study ran, beside what the changes do. Blocks absorb what differs between them, and
 * random places make noise of what moves within them; nothing is adjusted by these figures. All are ratios; 1 is no drift.
 */
export interface Drift {
  /** The last block ÷ the first, over the arms that both hold; null of one block. */
  acrossBlocks: number | null;
  /** Within blocks: the last place ÷ the first along a straight line; null where fewer than 4 launches are left to estimate it. */
  withinBlock: number | null;
  /** Within blocks: the middle ÷ both ends, beside the straight line; null where `withinBlock` is. */
  curve: number | null;
  /** That place within a block does not matter, for line and curve together; null where `withinBlock` is. */
  withinBlockP: number | null;
  /** Of a study of one block: its largest baseline ÷ its smallest, or the inverse where the larger came first. Nothing absorbs it. Null where there are more blocks, or one baseline. */
  singleBlock: number | null;
}

export const outcomes = [
  "SHIP",
  "REJECT",
  "HOLD",
  "NO EFFECT",
  "TRADE-OFF",
  "CONDITIONAL",
  "BASELINE",
  "SKIPPED",
] as const;
export type Outcome = (typeof outcomes)[number];

/** A figure that a change must not make worse by more than a margin, and how it stands. */
export interface GuardrailStanding {
  treatment: string;
  control: string;
  metric: string;
  stat: string;
  /** As people call it: `TTFT p99`. */
  title: string;
  /** What `margin` and `moved` are in: of the control's figure less one, or shares of all requests. */
  unit: "ratio" | "share";
  margin: number;
  /** `kept`: shown not worse than the margin; `broken`: shown worse; `open`: neither. */
  status: "kept" | "broken" | "open";
  /** From the control to the treatment; null where it was not measured on both sides. */
  moved: number | null;
  /** Of the test that `status` rests on, corrected over all guardrails of the study. */
  p: number | null;
  /** Of an open one that could not be tested: why. */
  why: string | null;
}

/**
 * What is not the same in the resolved configurations of a change and its control beside what was declared. A value that all
 * launches of an arm share and that differs between the arms was moved by the change: it mediates the effect and is part of
 * it. A value that differs among the launches of one arm was moved by something else, and confounds the effect.
 */
export interface Collateral {
  treatment: string;
  control: string;
  family: Contrast["family"];
  moved: { path: string; control: Json; treatment: Json }[];
  /** Values that differ among the launches of an arm, each with how many launches had it: `16 in 3, 32 in 3`. */
  varying: { path: string; arm: string; values: string }[];
  /** Why nothing is known; null where both sides report their configuration. */
  unknown: string | null;
}

/** The accuracy figure of a change that stands closest to its gate. */
export interface GateStanding {
  metric: string;
  /** Whether `value` and `atLeast` are shares of the baseline's figure, or in the metric's own unit. */
  of: "baseline" | "absolute";
  value: number;
  atLeast: number;
}

/** What a HOLD may wait for. `command` says how to get it. */
export type HoldKind =
  | "not run"
  | "skipped"
  | "unusable"
  | "one launch"
  | "untested"
  | "confounded"
  | "not settled"
  | "near limits"
  | "accuracy"
  | "lost trials"
  | "failed trials"
  | "command";

/** Why a change is on HOLD. */
export interface HoldReason {
  kind: HoldKind;
  /** For people. */
  text: string;
  /** Of what further blocks can settle: how many in all, about; null where that is more than anyone runs, or unknown. */
  blocks?: number | null;
}

/** What to do with a change. Issue of a rule, never of a single trial in silence. */
export interface Decision {
  experiment: string;
  outcome: Outcome;
  /** What, how sure, on how many trials, at what accuracy. */
  because: string;
  /** What a HOLD waits for, the first of all first. */
  missing: HoldReason[];
  /** The figure that decided: `output_throughput value`; null where none did. */
  metric: string | null;
  /** Why that figure: what the workload declares. */
  metricWhy: string | null;
  guardrails: GuardrailStanding[];
  /** What a reader needs to know beside its figures: drift larger than the effect, a client that could not be judged. */
  caveats: string[];
  /** Accuracy trials of the change. */
  accuracyTrials: string[];
  /** Of a REJECT for its accuracy: the figure that lies below its gate; absent elsewhere. */
  failedGate?: GateStanding;
  /** Of a CONDITIONAL change: what it is under this workload and load alone; absent elsewhere. */
  alone?: Outcome;
}

/** One term of a factorial: what a knob does on its own, or what two do beyond the product of their own effects. */
export interface FactorialTerm {
  kind: "main" | "interaction";
  /** One level, or two; of a factor that is an axis of points its name, and the ids of the points. */
  levels: { knob: string; value: Json; base: Json }[];
  /** The cell of workload and sweep that it belongs to: the name of its baseline. */
  baseline: string;
  metric: string;
  stat: string;
  /** Settings of the other knobs over which it is averaged. */
  contexts: Assignment[];
  /** Of an interaction: 1 where the two multiply, above 1 where together they give more. */
  ratio: number | null;
  interval: RatioBounds | null;
  p: number | null;
  pAdjusted: number | null;
  /** Of an interaction; null of a main effect. */
  addsUp: "yes" | "no" | "not known" | null;
  why: string | null;
}

/** What makes a change's figure doubtful: something else may have caused it, or it is not that of every launch. */
const doubts: ReadonlySet<HoldKind> = new Set(["confounded", "lost trials", "failed trials"]);

/** True of a change whose figure is doubtful: no answer and no finding names it as better or worse. */
export function isDoubtful({ missing }: Pick<Decision, "missing">): boolean {
  return missing.some(({ kind }) => doubts.has(kind));
}
