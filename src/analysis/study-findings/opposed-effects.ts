import { figureWords } from "../../schema/figure-words.ts";
import { changeWithBounds, isShown, largestFirst, type StudyFindingRule } from "./finding-context.ts";

/** What gets better at the cost of a latency that gets worse: both shown, the worst latency named. */
export const opposedEffects: StudyFindingRule = ({ own, effects, matters, moreIsBetter, isLatency, said }) => {
  const gains = own.filter((one) => isShown(one) && matters(one.ratio) && one.isBetter);
  const found = gains.flatMap((gain) => {
    const { treatment, control } = gain;
    const losses = effects.flatMap((one) => {
      const { metric, ratio, interval } = one;
      if (one.treatment !== treatment || one.control !== control || metric === gain.metric) return [];
      if (!isLatency(metric) || ratio === null || interval === null || !isShown(one)) return [];
      if (!matters(ratio)) return [];
      return ratio > 1 === moreIsBetter(metric) ? [] : [{ ...one, ratio, interval }];
    });
    const [loss] = largestFirst(losses);
    return loss === undefined ? [] : [{ gain, loss, ratio: loss.ratio }];
  });
  return largestFirst(found).map(({ gain, loss }) => {
    const { treatment, control, words, ratio, interval } = gain;
    const worse = `${figureWords(`${loss.metric} ${loss.stat}`)} ${changeWithBounds(loss.ratio, loss.interval)}`;
    const says = `${treatment} pays for its gain: ${words} ${changeWithBounds(ratio, interval)}, but ${worse} against ${control}.`;
    return said(says, [treatment, control], loss);
  });
};
