import type { StudyFinding } from "../../schema/analysis.ts";
import { accuracyLoss } from "./accuracy-loss.ts";
import { collateral } from "./collateral.ts";
import { contradictions } from "./contradictions.ts";
import { drift } from "./drift.ts";
import { findingContext, type FindingInput, type StudyFindingRule } from "./finding-context.ts";
import { firstLimitBroken } from "./first-limit-broken.ts";
import { interactingKnobs } from "./interacting-knobs.ts";
import { largestEffect } from "./largest-effect.ts";
import { nothingAddsUp } from "./nothing-adds-up.ts";
import { opposedEffects } from "./opposed-effects.ts";
import { outliers } from "./outliers.ts";
import { sharpestJump } from "./sharpest-jump.ts";
import { strayHosts } from "./stray-hosts.ts";

/** Every rule by its name, in the order of the page: first what the changes do, then what casts doubt on it, then what explains it. */
export const studyFindingRules = {
  "largest-effect": largestEffect,
  "opposed-effects": opposedEffects,
  "accuracy-loss": accuracyLoss,
  "first-limit-broken": firstLimitBroken,
  "sharpest-jump": sharpestJump,
  "nothing-adds-up": nothingAddsUp,
  "interacting-knobs": interactingKnobs,
  contradictions,
  "stray-hosts": strayHosts,
  outliers,
  drift,
  collateral,
} satisfies Record<string, StudyFindingRule>;

/**
 * What a study shows, ranked: the largest finding of each rule in the rules' order, then the second of each, and so on, so that
 * the first ones are of as many kinds as there are.
 */
export function studyFindings(input: FindingInput): StudyFinding[] {
  const context = findingContext(input);
  return Object.entries(studyFindingRules)
    .flatMap(([rule, find]) => find(context).map((said, place) => ({ place, finding: { rule, ...said } })))
    .toSorted((left, right) => left.place - right.place)
    .map(({ finding }) => finding);
}
