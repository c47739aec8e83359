import { usualStrayHostRule, type StrayHostRule } from "../schema/stray-host.ts";
import type { Attribution } from "../schema/study.ts";
import type { Statistic } from "../schema/measurement.ts";
import { rougeNames } from "../schema/rouge.ts";
import type { TrialLimit } from "../schema/stop.ts";

/** The smallest change that matters: 2 %. Effects within it are NO EFFECT, and a smaller gain does not ship. */
export const smallestEffectOfInterest = 0.02;

/** The error rate of findings, over their family. */
export const significanceLevel = 0.05;

/** The power at which `smallestDetectable` is stated. */
export const powerWanted = 0.8;

/** Lengths of answers that moved further than this confound a comparison: MLPerf's ±10 % of tokens per sample (v6.1). */
export const largestLengthShift = 0.1;

/** What the accuracy of a change must reach. */
export interface AccuracyGate {
  metric: string;
  stat: Statistic;
  /** Against the baseline's figure (a share of it) or against a published one (in the metric's unit). */
  of: "baseline" | "absolute";
  atLeast: number;
  /** Null or absent where more is no fault. */
  atMost?: number | null;
  /** Who says so. */
  source: string;
}

/** A guardrail as a matrix states it. */
export interface DeclaredGuardrail {
  metric: string;
  stat: Statistic;
  /** Share of the control's figure, of failed requests that of all requests; null where the usual one does not hold. */
  margin: number | null;
  /** As the metric is defined; absent: any move is one for the worse. */
  better?: "higher" | "lower" | "neither";
}

/** What comparisons are judged by, all of it stated before the trials ran. */
export interface CompareRules {
  smallestEffectOfInterest: number;
  /** Trials that exceed one are left out: stated before they ran, as data, so that a matrix can state it. */
  exclusions: readonly TrialLimit[];
  gates: readonly AccuracyGate[];
  /** Guardrails that the matrix declares beside the usual ones, or in their place. */
  guardrails: readonly DeclaredGuardrail[];
  /** `strict`: a change that also moves what it does not declare is on HOLD. */
  attribution: Attribution;
  strayHost: StrayHostRule;
}

const ofBaseline = (metric: string): AccuracyGate => ({
  metric,
  stat: "mean",
  of: "baseline",
  atLeast: 0.99,
  source: "99 % as MLPerf Inference asks of llama3.1-8b, here of the baseline's own figure",
});

/** What holds where the study says nothing else. */
export const defaultRules: CompareRules = {
  smallestEffectOfInterest,
  attribution: "mediated",
  strayHost: usualStrayHostRule,
  guardrails: [],
  exclusions: [{ metric: "requests_failed", stat: "value", of: "share", above: 0.05 }],
  gates: rougeNames.map(ofBaseline),
};
