import type { Effect } from "./effect.ts";
import type { Trial } from "./trial.ts";

/** What of a comparison is shown first: each metric beside the control, or which sides are on the Pareto front. */
export const comparisonReports = ["effects", "pareto"] as const;
export type ComparisonReport = (typeof comparisonReports)[number];

export type AcrossFinding = "higher" | "lower" | "equivalent" | "not told apart";

/**
 * One metric of one side against the control's, as an effect of a study but for what needs blocks. Values are geometric
 * means over launches; p is corrected by Holm over the sides. The ratio is null, with its reason in `why`, also where no
 * conclusion is allowed: it would be read as one.
 */
export interface AcrossEffect extends Omit<
  Effect,
  "family" | "scale" | "direction" | "blocks" | "residual" | "drift" | "method" | "paired" | "trials" | "excluded"
> {
  /** Launches that have the figure, and replicates that were tried. */
  launches: { control: number; treatment: number };
  of: { control: number; treatment: number };
  finding: AcrossFinding | null;
  /** True where both sides measured zero in every launch, and may be compared: there is no ratio, and nothing changed. */
  isZeroThroughout: boolean;
}

/** A fact that the two sides of a comparison do not share. */
export interface Unlike {
  what: string;
  control: string;
  treatment: string;
  /** `engine`: the sides are different engines; `refuses`: nothing is concluded; `told`: the reader is to know. */
  weight: "told" | "engine" | "refuses";
}

/** What a gate says of one comparison. */
export interface GateJudgement {
  gate: string;
  treatment: string;
  met: boolean;
  because: string;
}

/** Trials of one purpose that a side rests on. */
interface ComparedTrials {
  trials: Trial[];
  excluded: { trialId: string; why: string }[];
}

/** A side of a comparison, with what the reader is to know of it. */
export interface ComparedOperand {
  name: string;
  study: string;
  experiment: string;
  origins: Trial["origin"][];
  performance: ComparedTrials;
  accuracy: ComparedTrials;
  /** True where the engine was running already: it is not known how often it was started. */
  attached: boolean;
  /** Of this side alone, in sentences. */
  notes: string[];
}

/** Trials, experiments or studies beside the first of them, which is the control. */
export interface Comparison {
  operands: ComparedOperand[];
  /** By the name of a treatment: what it does not share with the control. */
  unlike: { treatment: string; purpose: "performance" | "accuracy"; found: Unlike[] }[];
  /** What the reader is to know of the sides together. */
  notes: string[];
  effects: AcrossEffect[];
}
