import { countText, percentText, signedText } from "../../math/figures.ts";
import { cellsOf, rulesOf } from "../study.ts";
import { isShown, type FindingContext, type OwnEffect, type Said, type StudyFindingRule } from "./finding-context.ts";

/** One step is no end of a stack. */
const fewestAfter = 2;

/** The step of a stack after which no step can add as much as matters: their intervals all end below the smallest effect of interest. */
export const nothingAddsUp: StudyFindingRule = (context) => {
  const { study, own } = context;
  return cellsOf(study.contrasts.filter(({ family }) => family === "step")).flatMap(({ contrasts }) => {
    const names = new Set(contrasts.map(({ treatment }) => treatment));
    return saidOf(
      context,
      own.filter(({ treatment }) => names.has(treatment)),
    );
  });
};

function saidOf({ study, moreIsBetter, said }: FindingContext, steps: readonly OwnEffect[]): Said[] {
  const margin = rulesOf(study).smallestEffectOfInterest;
  const gainOf = ({ metric, interval }: OwnEffect): number =>
    (moreIsBetter(metric) ?? true) ? interval.upper : 1 / interval.lower;
  const last = steps.findLastIndex((step) => isShown(step) && step.isBetter);
  const after = steps.slice(last + 1);
  const [largest] = after.toSorted((left, right) => gainOf(right) - gainOf(left));
  const end = steps[last];
  if (end === undefined || largest === undefined || after.length < fewestAfter) return [];
  if (gainOf(largest) >= 1 + margin) return [];
  const arms = [end.treatment, ...after.map(({ treatment }) => treatment)];
  const says = `After ${end.treatment} nothing adds up: each of the ${countText(after.length, "later step")} gains less than ${percentText(margin)} ${end.words} (at most ${signedText(100 * (gainOf(largest) - 1), 1)} %, ${largest.treatment}, by its 95 % interval).`;
  return [said(says, arms, end)];
}
