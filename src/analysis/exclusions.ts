import { figureText, percentText } from "../math/figures.ts";
import { exceededLimit, type TrialLimit } from "../schema/stop.ts";
import type { Trial } from "../schema/trial.ts";

/** Why a trial is left out by a rule stated before it ran; null where none applies. */
export function excludedBy(rules: readonly TrialLimit[], trial: Trial): string | null {
  const exceeded = exceededLimit(rules, trial);
  if (exceeded === null) return null;
  const { limit, value } = exceeded;
  const text = limit.of === "share" ? percentText : figureText;
  return `left out by rule: ${limit.metric} ${text(value)}, at most ${text(limit.above)}`;
}
