import { studentTQuantile } from "../math/distributions.ts";
import type { Effect, Outcome } from "../schema/effect.ts";
import type { AccuracyStanding } from "./accuracy-gates.ts";
import type { PrimaryMetric } from "./primary-metric.ts";
import { powerWanted, significanceLevel } from "./rules.ts";
import { countText, percentText } from "./words.ts";

/** What is known of one change when it is judged. */
export interface Case {
  effect: Effect | null;
  primary: PrimaryMetric;
  /** True where the change measured zero in every launch and its control in none. */
  collapsed: boolean;
  accuracy: AccuracyStanding;
  confounds: readonly string[];
  /** What performance trials lack. */
  missing: readonly string[];
  smallestEffectOfInterest: number;
}

/** Of one change; `missing` is what a HOLD waits for, `reason` what decided otherwise. */
export interface Judged {
  outcome: Extract<Outcome, "SHIP" | "REJECT" | "HOLD" | "NO EFFECT">;
  reason: string;
  missing: string[];
}

/**
 * The rules, first that applies: accuracy below its gate is REJECT, whatever the speed. What is not measured or is confounded is
 * HOLD. An effect within the smallest of interest is NO EFFECT, also where it is not zero. Worse beyond doubt is REJECT. Better
 * beyond doubt, by the smallest effect of interest at least, with its accuracy measured, is SHIP. All else is HOLD.
 */
export function judge(one: Case): Judged {
  const { effect, primary, accuracy, confounds } = one;
  if (accuracy.status === "fail") return { outcome: "REJECT", reason: "its accuracy is below the gate", missing: [] };
  const unmeasured = accuracy.status === "missing" ? [accuracy.because] : [];
  if (one.missing.length > 0) return hold(...one.missing, ...confounds, ...unmeasured);
  if (effect === null) return hold(`neither side has a figure of ${primary.title}`, ...confounds, ...unmeasured);
  if (effect.pAdjusted === null || effect.direction === null) {
    return hold(effect.why ?? effect.method, ...confounds, ...unmeasured);
  }
  if (confounds.length > 0) return hold(...confounds, ...unmeasured);

  const limit = percentText(one.smallestEffectOfInterest);
  if (effect.equivalence?.equivalent === true) {
    return { outcome: "NO EFFECT", reason: `the 90 % interval lies within the ±${limit} that matter`, missing: [] };
  }
  // What collapsed to zero in every launch needs no test beyond having been repeated.
  const found = effect.pAdjusted < significanceLevel || one.collapsed;
  const isBetter = effect.direction === primary.better;
  if (found && !isBetter) return { outcome: "REJECT", reason: `${primary.title} got worse`, missing: [] };
  if (!found) return hold(unsettled(effect, limit), ...unmeasured);
  if (gainOf(effect, primary) < 1 + one.smallestEffectOfInterest) {
    return hold(`better, and perhaps by less than the ${limit} that matter: more blocks would tell`, ...unmeasured);
  }
  if (unmeasured.length > 0) return hold(...unmeasured);
  return { outcome: "SHIP", reason: `${primary.title} got better and accuracy holds`, missing: [] };
}

/** How many times better; infinite where the worse side measured zero. */
function gainOf({ ratio }: Effect, { better }: PrimaryMetric): number {
  if (ratio === null) return Infinity;
  return better === "higher" ? ratio : 1 / ratio;
}

function hold(...missing: string[]): Judged {
  return { outcome: "HOLD", reason: "", missing };
}

/** What the study could have seen, and how many blocks would settle that there is nothing to see. */
function unsettled({ smallestDetectable, equivalence, blocks, degreesOfFreedom }: Effect, limit: string): string {
  const seen = smallestDetectable === null ? "" : ` (80 % power needs ${percentText(smallestDetectable)})`;
  const text = `not settled: neither a change nor its absence within ±${limit} is shown${seen}`;
  if (equivalence === null || degreesOfFreedom === null || blocks === 0) return text;
  const { lower, upper } = equivalence.interval;
  const quantile = studentTQuantile(1 - significanceLevel, degreesOfFreedom);
  const standardError = Math.log(upper / lower) / (2 * quantile);
  const needed = quantile + studentTQuantile((1 + powerWanted) / 2, degreesOfFreedom);
  const share = (needed * standardError) / Math.log1p(equivalence.margin);
  return `${text}; about ${countText(Math.max(blocks + 1, Math.ceil(blocks * share * share)), "block")} would tell`;
}
