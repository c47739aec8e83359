import { countText } from "../../math/figures.ts";
import { changeWithBounds, isShown, largestFirst, type StudyFindingRule } from "./finding-context.ts";

/** The change that moves the figure that decides about it furthest, for better or for worse. */
export const largestEffect: StudyFindingRule = ({ own, matters, trialsOf, valuesQuery }) => {
  const [largest] = largestFirst(
    own.filter((one) => isShown(one) && matters(one.ratio)),
    ({ ratio }) => ratio,
  );
  if (largest === undefined) return [];
  const { treatment, control, metric, stat, words, ratio, interval, trials } = largest;
  const arms = [treatment, control];
  return [
    {
      says: `The largest effect is that of ${treatment}: ${words} ${changeWithBounds(ratio, interval)} against ${control}, on ${trials.treatment} against ${countText(trials.control, "launch", "launches")}.`,
      trials: trialsOf(arms),
      query: valuesQuery(arms, metric, stat),
    },
  ];
};
