import type { RatioBounds } from "../schema/effect.ts";
import type { AccuracyJudgement } from "../schema/finding.ts";
import type { Trial } from "../schema/trial.ts";
import type { BoundAccuracy } from "./accuracy.ts";
import { levelOf, pooledValues, type Pool } from "./pool.ts";
import type { AccuracyGate } from "./rules.ts";
import { boundsText, countText, figureText, percentText } from "./words.ts";

/** Where a change stands before its gates. */
export interface AccuracyStanding {
  /** `missing`: nothing was measured, or too little to say. */
  status: "pass" | "fail" | "missing";
  /** The figure that is closest to its gate, or what is missing. */
  because: string;
}

/** One figure before one gate. */
interface Judged extends AccuracyStanding {
  /** Share of the gate by which it is inside. */
  margin: number;
}

/**
 * A change's bound accuracy against its gates: sample by sample against the baseline's answers where these were paired, by the
 * interval (below the gate fails, around it is open); else figure against figure. The worst gate speaks.
 */
export function judgeAccuracy(
  gates: readonly AccuracyGate[],
  change: BoundAccuracy,
  baseline: BoundAccuracy,
  paired: AccuracyJudgement | null = null,
): AccuracyStanding {
  if (change.missing !== null) return { status: "missing", because: change.missing };
  const found = gates.flatMap((gate) => judgeGate(gate, change, baseline, paired) ?? []);
  const worst = (status: AccuracyStanding["status"]): Judged | undefined =>
    found.filter((one) => one.status === status).toSorted((left, right) => left.margin - right.margin)[0];
  const speaks = worst("fail") ?? worst("missing") ?? worst("pass");
  if (speaks !== undefined) {
    const titles = speaks.status === "fail" ? (paired?.findings ?? []).map(({ title }) => title) : [];
    const why = titles.length === 0 ? "" : `; found: ${titles.join(", ")}`;
    return { status: speaks.status, because: `${speaks.because}${why}` };
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
  const gateText = `gate ${bound(gate.atLeast)}${most === null ? "" : ` to ${bound(most)}`}`;
  const pair = gate.of === "baseline" ? paired?.figures.find(({ metric }) => metric === gate.metric) : undefined;
  if (pair !== undefined) {
    const { ratio, interval, n } = pair;
    const bounds = interval === null ? "" : ` (${boundsText(interval)} against it)`;
    const text = `accuracy ${percentText(ratio)} of the baseline's ${gate.metric}${bounds}, ${gateText} (${countText(n, "pair")})`;
    const status = statusOf(interval ?? { lower: ratio, upper: ratio }, gate.atLeast);
    const because = status === "missing" ? `${text}: the gate lies within the interval, more samples would tell` : text;
    return { status, because, margin: ratio / gate.atLeast - 1 };
  }
  const own = figureOf(change.trials, gate);
  const reference = gate.of === "baseline" ? figureOf(baseline.trials, gate) : 1;
  if (own === null || reference === null) return null;
  const share = own / reference;
  const pairs = change.trials[0]?.measurements.find(({ metric }) => metric === gate.metric)?.n ?? 0;
  const figure =
    gate.of === "baseline"
      ? `${percentText(share)} of the baseline's ${gate.metric}`
      : `${gate.metric} ${figureText(own)}`;
  const because = `accuracy ${figure}, ${gateText} (${countText(pairs, "pair")})`;
  const status = share < gate.atLeast || share > (most ?? Infinity) ? "fail" : "pass";
  return { status, because, margin: Math.min(share / gate.atLeast, (most ?? Infinity) / share) - 1 };
}

function statusOf({ lower, upper }: RatioBounds, atLeast: number): AccuracyStanding["status"] {
  if (lower >= atLeast) return "pass";
  return upper < atLeast ? "fail" : "missing";
}

function figureOf(trials: readonly Trial[], { metric, stat }: AccuracyGate): number | null {
  const pool: Pool = { trials: [...trials], excluded: [], of: trials.length };
  return levelOf(pooledValues(pool, metric, stat).values);
}
