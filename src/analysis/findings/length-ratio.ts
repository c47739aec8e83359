import { percentText } from "../../math/figures.ts";
import { samplesOf, type FindingRule } from "./finding-rule.ts";

/** MLPerf's allowance for `gen_len`, as a share. */
const ALLOWED = 0.1;

/** Answers of the same samples that became longer or shorter altogether: gen_len (characters) against that before the change. */
export const lengthRatio: FindingRule = ({ treatment, control }) => {
  if (control === null) return null;
  const before = new Map(control.map((answer) => [answer.sample, answer.prediction.length]));
  const paired = treatment.filter(({ sample }) => before.has(sample));
  const [now, then] = [
    paired.reduce((sum, { prediction }) => sum + prediction.length, 0),
    paired.reduce((sum, { sample }) => sum + before.get(sample)!, 0),
  ];
  if (then === 0 || Math.abs(now / then - 1) <= ALLOWED) return null;
  const shorter = now < then;
  const moved = paired.filter(({ sample, prediction }) => {
    const grew = prediction.length >= before.get(sample)!;
    return grew !== shorter;
  });
  return {
    id: "length-ratio",
    title: shorter ? "Shorter outputs" : "Longer outputs",
    evidence:
      `the answers of the same ${paired.length} samples have ${percentText(now / then, 1)} of the characters that they had before the change (allowed: 90 to 110 %). ` +
      (shorter
        ? "A configuration that says less is faster for that alone."
        : "More tokens cost time that is no fault of the change."),
    affected: moved.length,
    of: paired.length,
    samples: samplesOf(moved),
  };
};
