import { countText } from "../../math/figures.ts";
import { figureWords } from "../../schema/figure-words.ts";
import { changeFigures } from "../sentence.ts";
import { isShown, largestFirst, type StudyFindingRule } from "./finding-context.ts";

/** The change that moves the figure that decides about it furthest, for better or for worse; none is as far as to zero or from it. */
export const largestEffect: StudyFindingRule = ({ own, besideZero, matters, said }) => {
  const shown = [...own.filter(isShown), ...besideZero].map((effect) => ({ effect, ratio: effect.ratio ?? Infinity }));
  const [largest] = largestFirst(shown.filter(({ ratio }) => matters(ratio)));
  if (largest === undefined) return [];
  const { effect } = largest;
  const { treatment, control, metric, stat, trials } = effect;
  const says = `The largest effect is that of ${treatment}: ${figureWords(`${metric} ${stat}`)} ${changeFigures(effect)} against ${control}, on ${trials.treatment} against ${countText(trials.control, "launch", "launches")}.`;
  return [said(says, [treatment, control], effect)];
};
