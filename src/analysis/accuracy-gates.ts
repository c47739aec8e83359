import { levelOf } from "../math/level.ts";
import { boundsText, countText, figureText, percentText } from "../math/figures.ts";
import type { GateStanding, RatioBounds } from "../schema/effect.ts";
import { figureWords } from "../schema/figure-words.ts";
import type { AccuracyJudgement } from "../schema/finding.ts";
import type { Trial } from "../schema/trial.ts";
import type { BoundAccuracy } from "./accuracy.ts";
import { rowOf } from "./gpus.ts";
import { fewestPairs, standingOf } from "./paired-accuracy.ts";
import { pooledValues, wholePool } from "./pool.ts";
import type { AccuracyGate } from "./rules.ts";

/** Where a change stands before its gates. */
export interface AccuracyStanding {
  /** `missing`: nothing was measured, or too little to say; `not asked`: the study asks for none, and need not. */
  status: "pass" | "fail" | "missing" | "not asked";
  /** The figure that is closest to its gate, or what is missing. */
  because: string;
  /** That figure; absent where none was judged. */
  gate?: GateStanding;
}

/** One figure before one gate. */
interface Judged extends Required<AccuracyStanding> {
  /** Share of the gate by which it is inside. */
  margin: number;
}

/**
 * A change's bound accuracy against its gates, always by an interval (all of it below the gate fails, one around the gate is
 * open): sample by sample against the baseline's answers where these were paired, else from the intervals of both figures; a
 * figure without an interval is open. A ruleset's absolute gate is judged as the ruleset does, by the figure of its whole data
 * set, which is no sample. The worst gate is reported.
 */
export function judgeAccuracy(
  gates: readonly AccuracyGate[],
  change: BoundAccuracy,
  baseline: BoundAccuracy,
  paired: AccuracyJudgement | null,
): AccuracyStanding {
  if (change.missing !== null) return { status: "missing", because: change.missing };
  const found = gates.flatMap((gate) => judgeGate(gate, change, baseline, paired) ?? []);
  const worst = (status: AccuracyStanding["status"]): Judged | undefined =>
    found.filter((one) => one.status === status).toSorted((left, right) => left.margin - right.margin)[0];
  const speaks = worst("fail") ?? worst("missing") ?? worst("pass");
  if (speaks !== undefined) {
    const titles = speaks.status === "fail" ? (paired?.findings ?? []).map(({ title }) => title) : [];
    const why = titles.length === 0 ? "" : `; found: ${titles.join(", ")}`;
    return { status: speaks.status, because: `${speaks.because}${why}`, gate: speaks.gate };
  }
  const needsBaseline = gates.some((gate) => gate.of === "baseline") && baseline.missing !== null;
  return {
    status: "missing",
    because: needsBaseline ? `baseline: ${baseline.missing}` : "the accuracy trial has no figure that a gate judges",
  };
}

function judgeGate(
  gate: AccuracyGate,
  change: BoundAccuracy,
  baseline: BoundAccuracy,
  paired: AccuracyJudgement | null,
): Judged | null {
  const most = gate.atMost ?? null;
  const bound = (value: number): string => (gate.of === "baseline" ? percentText(value) : figureText(value));
  const { metric, of, atLeast } = gate;
  const standing = (value: number): GateStanding => ({ metric, of, value, atLeast });
  const gateText = `gate ${bound(gate.atLeast)}${most === null ? "" : ` to ${bound(most)}`}`;
  if (gate.of === "absolute") {
    const own = figureOf(change.trials, gate);
    if (own === null) return null;
    const because = `accuracy ${figureWords(gate.metric)} ${figureText(own)}, ${gateText} (${pairsText(change.trials, gate)})`;
    const status = own < gate.atLeast || own > (most ?? Infinity) ? "fail" : "pass";
    const margin = Math.min(own / atLeast, (most ?? Infinity) / own) - 1;
    return { status, because, gate: standing(own), margin };
  }
  const pair = paired?.figures.find((figure) => figure.metric === metric);
  const judged = pair === undefined ? unpaired(gate, change, baseline) : { ...pair, pairs: countText(pair.n, "pair") };
  if (judged === null) return null;
  const { ratio, interval, n, pairs } = judged;
  const bounds = interval === null ? "" : ` (change ${boundsText(interval)} %)`;
  const text = `accuracy ${percentText(ratio)} of the baseline's ${figureWords(gate.metric)}${bounds}, ${gateText} (${pairs})`;
  const status = interval === null ? "unknown" : standingOf(interval, gate.atLeast);
  const margin = ratio / gate.atLeast - 1;
  if (status !== "unknown") return { status, because: text, gate: standing(ratio), margin };
  const fewest = fewestPairs(gate.atLeast);
  const why =
    interval === null
      ? "it has no interval, which needs the answers of both sides, sample by sample"
      : n < fewest && ratio >= gate.atLeast
        ? `the gate lies within the interval, and passing it takes at least ${countText(fewest, "pair")}`
        : "the gate lies within the interval, and more samples would settle it";
  return { status: "missing", because: `${text}: ${why}`, gate: standing(ratio), margin };
}

/** Figure against figure; the same trials on both sides are the same answers. */
function unpaired(
  gate: AccuracyGate,
  change: BoundAccuracy,
  baseline: BoundAccuracy,
): { ratio: number; interval: RatioBounds | null; n: number; pairs: string } | null {
  const [own, reference] = [figureOf(change.trials, gate), figureOf(baseline.trials, gate)];
  if (own === null || reference === null || reference === 0) return null;
  const ratio = own / reference;
  const found = { ratio, n: samplesOf(change.trials, gate), pairs: pairsText(change.trials, gate) };
  const ids = new Set(baseline.trials.map(({ spec }) => spec.trialId));
  if (change.trials.every(({ spec }) => ids.has(spec.trialId)))
    return { ...found, interval: { lower: ratio, upper: ratio } };
  const [above, below] = [errorOf(change.trials, gate), errorOf(baseline.trials, gate)];
  if (above === null || below === null) return { ...found, interval: null };
  const half = ratio * Math.hypot(above / own, below / reference);
  return { ...found, interval: { lower: ratio - half, upper: ratio + half } };
}

/** Half the 95 % interval of the first trial's figure, in its unit. */
function errorOf(trials: readonly Trial[], { metric, stat }: AccuracyGate): number | null {
  const { interval = null } = (trials[0] && rowOf(trials[0], metric, stat)) ?? {};
  return interval === null ? null : (interval.upper - interval.lower) / 2;
}

function samplesOf(trials: readonly Trial[], { metric }: AccuracyGate): number {
  return trials[0]?.measurements.find((row) => row.metric === metric)?.n ?? 0;
}

function pairsText(trials: readonly Trial[], gate: AccuracyGate): string {
  return countText(samplesOf(trials, gate), "sample");
}

function figureOf(trials: readonly Trial[], { metric, stat }: AccuracyGate): number | null {
  return levelOf(pooledValues(wholePool(trials), metric, stat).values);
}
