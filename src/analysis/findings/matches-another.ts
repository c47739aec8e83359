import { percentText } from "../../math/figures.ts";
import type { JudgedAnswer } from "../../schema/finding.ts";
import { samplesOf, shareOf, type FindingRule } from "./finding-rule.ts";

/** Answers are matched against so many references at most: those of the trial's first samples. */
const MOST_REFERENCES = 2000;
/** Of the worst answers so many are looked at. */
const MOST_ANSWERS = 400;
/** Chance makes some answers fit another article a little better: it must fit so many times as well, and well at all. */
const BETTER = 1.5;
const WELL = 0.3;

/**
 * Answers that fit another article's reference better than their own: results attached to the wrong request. Fit is the
 * F-measure of common words, which tells articles apart and needs no stemmer.
 */
export const matchesAnother: FindingRule = ({ treatment }) => {
  const references = treatment.filter(({ reference }) => reference !== null).slice(0, MOST_REFERENCES);
  const bags = references.map(({ reference }) => wordsOf(reference ?? ""));
  const worst = references
    .filter(({ prediction }) => prediction.trim() !== "")
    .toSorted((left, right) => (left.rouge1 ?? 0) - (right.rouge1 ?? 0))
    .slice(0, MOST_ANSWERS);
  const postings = postingsOf(bags);
  const strangers = worst.flatMap((answer) => strangerOf(answer, references, bags, postings) ?? []);
  if (strangers.length === 0) return null;
  const [first] = strangers;
  return {
    id: "matches-another",
    title: "Outputs that match another article",
    evidence:
      `${shareOf(strangers.length, worst.length)} of the answers looked at (the worst) fit another article's reference better than their own: ` +
      `that of sample ${first!.answer.sample} fits sample ${first!.other} (${percentText(first!.fit, 0)} of the words against ${percentText(first!.own, 0)}). ` +
      "Look at how answers are matched to their requests: order of completion, `choices[].index`, shared buffers.",
    affected: strangers.length,
    of: worst.length,
    samples: samplesOf(strangers.map(({ answer }) => answer)),
  };
};

interface Stranger {
  answer: JudgedAnswer;
  other: number;
  fit: number;
  own: number;
}

function strangerOf(
  answer: JudgedAnswer,
  references: readonly JudgedAnswer[],
  bags: readonly ReadonlySet<string>[],
  postings: ReadonlyMap<string, number[]>,
): Stranger | null {
  const words = wordsOf(answer.prediction);
  const common = new Map<number, number>();
  for (const word of words)
    for (const place of postings.get(word) ?? []) common.set(place, (common.get(place) ?? 0) + 1);
  const fitOf = (place: number): number => (2 * (common.get(place) ?? 0)) / (words.size + bags[place]!.size);
  const own = fitOf(references.indexOf(answer));
  let best = -1;
  for (const place of common.keys()) {
    if (references[place]!.reference === answer.reference) continue;
    if (best < 0 || fitOf(place) > fitOf(best)) best = place;
  }
  if (best < 0 || fitOf(best) < WELL || fitOf(best) < BETTER * own) return null;
  return { answer, other: references[best]!.sample, fit: fitOf(best), own };
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

/** Where each word stands; words that a tenth of all references have say nothing of an article. */
function postingsOf(bags: readonly ReadonlySet<string>[]): Map<string, number[]> {
  const postings = new Map<string, number[]>();
  for (const [place, bag] of bags.entries()) {
    for (const word of bag) {
      postings.getOrInsertComputed(word, () => []).push(place);
    }
  }
  const most = Math.max(10, bags.length / 10);
  for (const [word, places] of postings) if (places.length > most) postings.delete(word);
  return postings;
}
