import { figureText, percentText } from "../math/figures.ts";
import type { Trial } from "../schema/trial.ts";
import type { ExclusionRule } from "./rules.ts";

/** Why a trial is left out by a rule stated before it ran; null where none applies. A figure that is missing breaks no rule. */
export function excludedBy(rules: readonly ExclusionRule[], { measurements }: Trial): string | null {
  for (const rule of rules) {
    const found = measurements.find(({ metric, stat }) => metric === rule.metric && stat === rule.stat);
    if (found?.value === undefined || found.value === null) continue;
    const value = rule.of === "share" ? found.value / found.n : found.value;
    if (!(value > rule.above)) continue;
    const text = rule.of === "share" ? percentText : figureText;
    return `left out by rule: ${rule.metric} ${text(value)}, at most ${text(rule.above)}`;
  }
  return null;
}
