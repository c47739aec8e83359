import { countText } from "../../math/figures.ts";
import { changeWithBounds, isShown, largestFirst, type StudyFindingRule } from "./finding-context.ts";

/** The change that moves the figure that decides about it furthest, for better or for worse. */
export const largestEffect: StudyFindingRule = ({ own, matters, said }) => {
  const [largest] = largestFirst(own.filter((one) => isShown(one) && matters(one.ratio)));
  if (largest === undefined) return [];
  const { treatment, control, words, ratio, interval, trials } = largest;
  const says = `The largest effect is that of ${treatment}: ${words} ${changeWithBounds(ratio, interval)} against ${control}, on ${trials.treatment} against ${countText(trials.control, "launch", "launches")}.`;
  return [said(says, [treatment, control], largest)];
};
