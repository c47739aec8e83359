import { studentTQuantile } from "../math/distributions.ts";
import { countText, percentText, pText } from "../math/figures.ts";
import type { Effect, GuardrailStanding, Outcome } from "../schema/effect.ts";
import type { AccuracyStanding } from "./accuracy-gates.ts";
import type { PrimaryMetric } from "./primary-metric.ts";
import { powerWanted, significanceLevel } from "./rules.ts";

/** What is known of one change when it is judged. */
export interface Case {
  effect: Effect | null;
  primary: PrimaryMetric;
  /** True where the change measured zero in every launch and its control in none. */
  collapsed: boolean;
  accuracy: AccuracyStanding;
  /** Of the change. */
  accuracyTrials: number;
  confounds: readonly string[];
  /** Why the engine refuses the change's configuration; null where it does not. */
  refused: string | null;
  /** What performance trials lack. */
  missing: readonly string[];
  guardrails: readonly GuardrailStanding[];
  smallestEffectOfInterest: number;
}

/** Outcomes that say what a change does. */
const definite = ["SHIP", "REJECT", "NO EFFECT", "TRADE-OFF"] as const satisfies Outcome[];

export function isDefinite({ outcome }: { outcome: Outcome }): boolean {
  return definite.some((one) => one === outcome);
}

/** Of one change; `missing` is what a HOLD waits for, `reason` what decided otherwise. */
export interface Judged {
  outcome: (typeof definite)[number] | "HOLD";
  reason: string;
  missing: string[];
  /** True of a HOLD that further blocks can settle. */
  moreBlocks: boolean;
}

/**
 * The first rule that applies: accuracy below its gate is REJECT, whatever the speed. What is not measured or is confounded is
 * HOLD. An effect shown to be within the smallest of interest is NO EFFECT, also where it is not zero. Significantly worse is
 * REJECT. Significantly better, with an estimate of at least the smallest effect of interest and no required accuracy missing,
 * is SHIP. What would be NO EFFECT or SHIP is a TRADE-OFF where a guardrail is broken. All else is HOLD.
 */
export function judge(one: Case): Judged {
  const { effect, primary, accuracy, confounds } = one;
  if (accuracy.status === "fail")
    return decided("REJECT", `its accuracy is below the gate${one.accuracyTrials === 1 ? ", in a single trial" : ""}`);
  const unmeasured = accuracy.status === "missing" ? [accuracy.because] : [];
  if (one.refused !== null) return decided("REJECT", `it does not run: ${one.refused}`);
  if (one.missing.length > 0) return hold(...one.missing, ...confounds, ...unmeasured);
  if (effect === null) return hold(`neither side has measured ${primary.title}`, ...confounds, ...unmeasured);
  if (effect.pAdjusted === null || effect.direction === null) {
    return hold(effect.why ?? effect.method, ...confounds, ...unmeasured);
  }
  if (confounds.length > 0) return hold(...confounds, ...unmeasured);

  const limit = percentText(one.smallestEffectOfInterest);
  if (effect.equivalence?.equivalent === true) {
    const p = effect.equivalence.pAdjusted ?? effect.equivalence.p;
    const reason = `${primary.title} is equivalent within ±${limit} (${pText(p)}, corrected)`;
    return traded(one, reason) ?? decided("NO EFFECT", reason);
  }
  // A figure that is zero in every launch, and in none of the control, needs no test but repeated launches.
  const found = effect.pAdjusted < significanceLevel || one.collapsed;
  const isBetter = effect.direction === primary.better;
  if (found && !isBetter) return decided("REJECT", `${primary.title} got worse`);
  if (!found)
    return { ...hold(unsettled(effect, limit), ...nearLimits(effect, primary), ...unmeasured), moreBlocks: true };
  if (gainOf(effect, primary) < 1 + one.smallestEffectOfInterest) {
    const why = `better, but perhaps by less than the smallest effect of interest (${limit}): more blocks would settle it`;
    return { ...hold(why, ...unmeasured), moreBlocks: true };
  }
  if (unmeasured.length > 0) return hold(...unmeasured);
  const reason = `${primary.title} got better`;
  return traded(one, reason) ?? decided("SHIP", accuracy.status === "pass" ? `${reason} and accuracy holds` : reason);
}

/** The gain beside the guardrails that it breaks; null where every guardrail is kept or open. */
function traded({ guardrails }: Case, reason: string): Judged | null {
  const broken = guardrails.filter(({ status }) => status === "broken");
  return broken.length === 0
    ? null
    : decided("TRADE-OFF", `${reason}, but it breaks guardrails: ${broken.map(guardrailText).join(", ")}`);
}

function decided(outcome: Judged["outcome"], reason: string): Judged {
  return { outcome, reason, missing: [], moreBlocks: false };
}

/** `TTFT p50 +39 % (at most 5 %)`. */
export function guardrailText({ title, moved, margin, unit }: GuardrailStanding): string {
  const limit = unit === "share" ? `${percentText(margin)} of the requests` : percentText(margin);
  const change = moved === null ? "" : ` ${moved > 0 ? "+" : moved < 0 ? "-" : ""}${percentText(Math.abs(moved))}`;
  return `${title}${change} (at most ${limit})`;
}

/** How many times better; infinite where the worse side measured zero. */
function gainOf({ ratio }: Effect, { better }: PrimaryMetric): number {
  if (ratio === null) return Infinity;
  return better === "higher" ? ratio : 1 / ratio;
}

function hold(...missing: string[]): Judged {
  return { outcome: "HOLD", reason: "", missing, moreBlocks: false };
}

/** Where latencies lie near the limits, goodput varies from launch to launch: from this smallest detectable effect on it cannot decide. */
const goodputTellsBelow = 0.25;

/** Where goodput cannot decide, what would; empty where it can. */
export function nearLimits(
  { smallestDetectable }: Pick<Effect, "smallestDetectable">,
  { metric }: Pick<PrimaryMetric, "metric">,
): string[] {
  if (metric !== "goodput" || smallestDetectable === null || smallestDetectable < goodputTellsBelow) return [];
  return [
    "latencies lie so near the SLO that goodput varies too much to decide: change the load or the limits, or state no SLO " +
      "(then throughput or latency decides, with guardrails)",
  ];
}

/** What the study could have found, and how many blocks would show that there is no effect. */
function unsettled(effect: Effect, limit: string): string {
  const { smallestDetectable } = effect;
  const seen = smallestDetectable === null ? "" : ` (80 % power needs an effect of ${percentText(smallestDetectable)})`;
  const text = `not settled: neither a change nor its absence within ±${limit} is shown${seen}`;
  const blocks = blocksNeeded(effect);
  return blocks === null ? text : `${text}; about ${countText(blocks, "block")} would settle it`;
}

/** Blocks in all that would show a change without effect to be NO EFFECT, at the noise that was found; null where it is unknown. */
export function blocksNeeded(effect: Effect | null): number | null {
  const { equivalence = null, degreesOfFreedom = null, blocks = 0 } = effect ?? {};
  if (equivalence === null || degreesOfFreedom === null || blocks === 0) return null;
  const { lower, upper } = equivalence.interval;
  const quantile = studentTQuantile(1 - significanceLevel, degreesOfFreedom);
  const standardError = Math.log(upper / lower) / (2 * quantile);
  const needed = quantile + studentTQuantile((1 + powerWanted) / 2, degreesOfFreedom);
  const share = (needed * standardError) / Math.log1p(equivalence.margin);
  return Math.max(blocks + 1, Math.ceil(blocks * share * share));
}
