import { studentTQuantile } from "../math/distributions.ts";
import { firstWhere } from "../math/first-where.ts";
import { powerOfEquivalence } from "../math/power.ts";
import { countText, percentText, pText } from "../math/figures.ts";
import type { Effect, GuardrailStanding, HoldKind, HoldReason, Outcome } from "../schema/effect.ts";
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
  missing: readonly HoldReason[];
  /** Contrasts of its family that were tested, over which it is corrected. */
  compared: number;
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
  missing: HoldReason[];
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
  const unmeasured = accuracy.status === "missing" ? reasons("accuracy", accuracy.because) : [];
  if (one.refused !== null) return decided("REJECT", `it does not run: ${one.refused}`);
  const confounded = reasons("confounded", ...confounds);
  if (one.missing.length > 0) return hold(...one.missing, ...confounded, ...unmeasured);
  if (effect === null)
    return hold(...reasons("unusable", `neither side has measured ${primary.title}`), ...confounded, ...unmeasured);
  if (effect.pAdjusted === null || effect.direction === null) {
    const isSingle = effect.trials.treatment < 2 || effect.trials.control < 2;
    const why = reasons(isSingle ? "one launch" : "untested", effect.why ?? effect.method);
    return hold(...why, ...confounded, ...unmeasured);
  }
  if (confounded.length > 0) return hold(...confounded, ...unmeasured);

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
    return hold(unsettled(one, effect), ...reasons("near limits", ...nearLimits(effect, primary)), ...unmeasured);
  if (gainOf(effect, primary) < 1 + one.smallestEffectOfInterest) {
    const blocks = blocksNeeded(effect, one.compared);
    const text = `better, but perhaps by less than the smallest effect of interest (${limit}): ${settledBy(blocks, effect)}`;
    return hold({ kind: "not settled", text, blocks }, ...unmeasured);
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
  return { outcome, reason, missing: [] };
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

function hold(...missing: HoldReason[]): Judged {
  return { outcome: "HOLD", reason: "", missing };
}

function reasons(kind: HoldKind, ...texts: string[]): HoldReason[] {
  return texts.map((text) => ({ kind, text }));
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

/** What the study could have found, and how many blocks would tell. */
function unsettled({ compared, smallestEffectOfInterest }: Case, effect: Effect): HoldReason {
  const { smallestDetectable } = effect;
  const seen = smallestDetectable === null ? "" : ` (80 % power needs an effect of ${percentText(smallestDetectable)})`;
  const text = `not settled: neither a change nor its absence within ±${percentText(smallestEffectOfInterest)} is shown${seen}`;
  const blocks = blocksNeeded(effect, compared);
  return { kind: "not settled", text: `${text}; ${settledBy(blocks, effect)}`, blocks };
}

function settledBy(needed: number | null, { equivalence, blocks }: Effect): string {
  if (needed !== null) return `about ${countText(needed, "block")} in all would tell, ${blocks} ran`;
  // Beside a measured zero, and of fewer than two blocks that hold both sides, the noise of a block is not known.
  return equivalence === null || blocks < 2
    ? `how many blocks would tell is not known, ${blocks} ran`
    : `more than ${mostBlocks} blocks would be needed to tell, ${blocks} ran`;
}

/** More blocks than this are too many to settle one change. */
const mostBlocks = 100;

/**
 * Blocks in all that would settle a change, at the noise of its own contrast: the fewest of which a change that does nothing is
 * called NO EFFECT with 80 % power, corrected over the contrasts of its family as the first step of Holm. The same number
 * detects an effect of the smallest size of interest with about 80 % power, since its test, by Dunnett or Holm, asks for no
 * more. Degrees of freedom grow with the blocks less one. Null beyond 100 blocks, and where the noise is not known.
 * @param compared contrasts of the family that were tested
 */
export function blocksNeeded(effect: Effect, compared: number): number | null {
  const { equivalence, degreesOfFreedom, blocks } = effect;
  if (equivalence === null || degreesOfFreedom === null || blocks < 2) return null;
  const { lower, upper } = equivalence.interval;
  const standardError = Math.log(upper / lower) / (2 * studentTQuantile(1 - significanceLevel, degreesOfFreedom));
  const isEnough = (wanted: number): boolean => {
    const degrees = (degreesOfFreedom * (wanted - 1)) / (blocks - 1);
    const criticalT = studentTQuantile(1 - significanceLevel / Math.max(1, compared), degrees);
    const margin = Math.log1p(equivalence.margin) / (standardError * Math.sqrt(blocks / wanted));
    return powerOfEquivalence(criticalT, degrees, margin) >= powerWanted;
  };
  if (blocks >= mostBlocks || !isEnough(mostBlocks)) return null;
  return firstWhere(blocks + 1, mostBlocks, isEnough);
}
