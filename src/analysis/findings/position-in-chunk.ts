import { mean, variance } from "../../math/statistics.ts";
import type { JudgedAnswer } from "../../schema/finding.ts";
import { samplesOf, type FindingRule } from "./finding-rule.ts";

/** Fewer answers a half say nothing of a place. */
const FEWEST = 20;
/** Standard errors between the two halves: one chance in some ten thousand where the place does not matter. */
const APART = 4;

/**
 * ROUGE-1 by the place in the client chunk: answers that get worse towards the end of a chunk (or towards its start) were
 * not made worse by the model, which knows no chunks, but by what hands them over.
 */
export const positionInChunk: FindingRule = ({ treatment }) => {
  const chunked = treatment.filter(({ placeInChunk, rouge1 }) => placeInChunk !== null && rouge1 !== null);
  const largest = chunked.reduce((most, { placeInChunk }) => Math.max(most, placeInChunk ?? 0), 0);
  const isEarly = ({ placeInChunk }: JudgedAnswer): boolean => (placeInChunk ?? 0) <= largest / 2;
  const early = chunked.filter(isEarly);
  const late = chunked.filter((answer) => !isEarly(answer));
  if (early.length < FEWEST || late.length < FEWEST) return null;
  const [first, second] = [rougeOf(early), rougeOf(late)];
  const apart = Math.abs(first.mean - second.mean) / Math.hypot(first.error, second.error);
  if (!(apart > APART)) return null;
  const worse = first.mean < second.mean ? early : late;
  return {
    id: "position-in-chunk",
    title: "Accuracy depends on the place in the client chunk",
    evidence:
      `ROUGE-1 is ${first.mean.toFixed(1)} in the first half of a chunk and ${second.mean.toFixed(1)} in the second (${apart.toFixed(1)} standard errors apart), ` +
      "and the model knows no chunks. Look at what collects the answers of a chunk.",
    affected: worse.length,
    of: chunked.length,
    samples: samplesOf(worse),
  };
};

function rougeOf(answers: readonly JudgedAnswer[]): { mean: number; error: number } {
  const values = answers.map(({ rouge1 }) => rouge1 ?? 0);
  return { mean: mean(values) ?? 0, error: Math.sqrt((variance(values) ?? 0) / values.length) };
}
