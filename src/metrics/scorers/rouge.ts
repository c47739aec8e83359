/**
 * ROUGE as the MLPerf reference computes it: rouge-score 0.1.2 with `use_stemmer=True` (Copyright
 * The rouge_score Authors, Apache-2.0; ported to TypeScript), C.-Y. Lin, "ROUGE: a Package for
 * Automatic Evaluation of Summaries", Text Summarization Branches Out, 2004.
 */

import { mean } from "../../math/statistics.ts";
import type { RougeName, RougePercents } from "../../schema/rouge.ts";
import { lcsLength, markLcs, prepareReference } from "./longest-common-subsequence.ts";
import { porterStem } from "./porter-stemmer.ts";
import { strip } from "./python-whitespace.ts";
import { splitSentences } from "./sentence-splitter.ts";

/** All three between 0 and 1. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly fmeasure: number;
}

export type RougeScores = Readonly<Record<RougeName, RougeScore>>;

export interface RougePair {
  readonly prediction: string;
  readonly reference: string;
}

/** What the MLPerf accuracy script prints. */
export interface MlperfRougeMean extends Readonly<RougePercents> {
  /** Characters (code points) of all predictions, after the newline join of their sentences. */
  readonly genLen: number;
  /** Number of pairs. */
  readonly genNum: number;
}

export interface MlperfScore {
  readonly mean: MlperfRougeMean;
  readonly pairs: readonly RougeScores[];
}

/** A text as numbered stems: one array for each sentence that has any, and all of them in one. */
interface StemmedText {
  readonly sentences: readonly Int32Array[];
  readonly all: Int32Array;
}

const NOTHING: RougeScore = { precision: 0, recall: 0, fmeasure: 0 };

/** rouge-score leaves words of up to this many letters as they are. */
const LONGEST_UNSTEMMED = 3;

/** Enough for the vocabulary of a news corpus, and a bound (about 10 MB) for any other. */
const MOST_STEMS_KEPT = 100_000;

/** Stems already found: a pure function's results, kept because words repeat. */
const stems = new Map<string, string>();

/**
 * The four scores of a prediction. For rougeLsum, sentences are the lines of each text; the others
 * take a text as one sequence of words. A text without a letter a-z or digit scores 0.
 */
export function scoreRouge(reference: string, prediction: string): RougeScores {
  const numbers = new Map<string, number>();
  const target = numberStems(reference, numbers);
  const candidate = numberStems(prediction, numbers);
  return {
    rouge1: toScore(countCommonWords(target.all, candidate.all, numbers.size), target.all.length, candidate.all.length),
    rouge2: toScore(
      countCommonPairs(target.all, candidate.all, numbers.size),
      target.all.length - 1,
      candidate.all.length - 1,
    ),
    rougeL: toScore(
      lcsLength(prepareReference(target.all, numbers.size), candidate.all),
      target.all.length,
      candidate.all.length,
    ),
    rougeLsum: toScore(countUnionLcs(target, candidate, numbers.size), target.all.length, candidate.all.length),
  };
}

/**
 * Scores pairs the way MLPerf's `evaluation.py` for llama3.1-8b does: each text stripped, split into
 * sentences, joined with newlines, scored. The means are of F, in percent, rounded to 4 decimals;
 * null where there are no pairs.
 */
export function scoreAsMlperf(pairs: readonly RougePair[]): MlperfScore {
  return scorePrepared(pairs, (text) => splitSentences(strip(text)).join("\n"));
}

/** The same for texts that are scored as they are: for rougeLsum, their lines are the sentences. */
export function scorePairs(pairs: readonly RougePair[]): MlperfScore {
  return scorePrepared(pairs, (text) => text);
}

function scorePrepared(pairs: readonly RougePair[], prepare: (text: string) => string): MlperfScore {
  let genLen = 0;
  const scored = pairs.map(({ prediction, reference }) => {
    const lines = prepare(prediction);
    genLen += countCodePoints(lines);
    return scoreRouge(prepare(reference), lines);
  });
  const percent = (type: RougeName): number | null => {
    const value = mean(scored.map((scores) => scores[type].fmeasure));
    return value === null ? null : roundToFourDecimals(value * 100);
  };
  return {
    mean: {
      rouge1: percent("rouge1"),
      rouge2: percent("rouge2"),
      rougeL: percent("rougeL"),
      rougeLsum: percent("rougeLsum"),
      genLen,
      genNum: pairs.length,
    },
    pairs: scored,
  };
}

/** The stems of a text, as numbers that `numbers` hands out and that equal stems share. */
function numberStems(text: string, numbers: Map<string, number>): StemmedText {
  const all: number[] = [];
  const ends: number[] = [];
  for (const line of text.split("\n")) {
    for (const word of line.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
      all.push(numbers.getOrInsert(stemOf(word), numbers.size));
    }
    if (all.length > (ends.at(-1) ?? 0)) ends.push(all.length);
  }
  const array = Int32Array.from(all);
  return { all: array, sentences: ends.map((end, line) => array.subarray(ends[line - 1] ?? 0, end)) };
}

function stemOf(word: string): string {
  if (word.length <= LONGEST_UNSTEMMED) return word;
  let stem = stems.get(word);
  if (stem === undefined) {
    if (stems.size >= MOST_STEMS_KEPT) stems.clear();
    stems.set(word, (stem = porterStem(word)));
  }
  return stem;
}

/** How often each number stands in the array. */
function countEach(numbers: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const number of numbers) counts[number]!++;
  return counts;
}

function countCommonWords(target: Int32Array, candidate: Int32Array, size: number): number {
  const left = countEach(target, size);
  let common = 0;
  for (const word of candidate) if (left[word]!-- > 0) common++;
  return common;
}

function countCommonPairs(target: Int32Array, candidate: Int32Array, size: number): number {
  const left = new Map<number, number>();
  for (let at = 1; at < target.length; at++) {
    const pair = target[at - 1]! * size + target[at]!;
    left.set(pair, (left.get(pair) ?? 0) + 1);
  }
  let common = 0;
  for (let at = 1; at < candidate.length; at++) {
    const pair = candidate[at - 1]! * size + candidate[at]!;
    const count = left.get(pair) ?? 0;
    if (count === 0) continue;
    left.set(pair, count - 1);
    common++;
  }
  return common;
}

/**
 * Words of the target on a longest common subsequence of their sentence with some sentence of the
 * candidate (Lin's section 3.2), none counted more often than it stands in either text (as ROUGE
 * 1.5.5, unlike the paper).
 */
function countUnionLcs(target: StemmedText, candidate: StemmedText, size: number): number {
  const inTarget = countEach(target.all, size);
  const inCandidate = countEach(candidate.all, size);
  let hits = 0;
  for (const sentence of target.sentences) {
    const reference = prepareReference(sentence, size);
    const marked = new Uint8Array(sentence.length);
    for (const other of candidate.sentences) markLcs(reference, other, marked);
    for (let at = 0; at < sentence.length; at++) {
      const word = sentence[at]!;
      if (marked[at] === 0 || inTarget[word] === 0 || inCandidate[word] === 0) continue;
      inTarget[word]!--;
      inCandidate[word]!--;
      hits++;
    }
  }
  return hits;
}

/** In rouge-score's order of operations, so that figures agree to the last bit. */
function toScore(hits: number, targetLength: number, candidateLength: number): RougeScore {
  if (hits === 0) return NOTHING;
  const precision = hits / candidateLength;
  const recall = hits / targetLength;
  return { precision, recall, fmeasure: (2 * precision * recall) / (precision + recall) };
}

/** Python's `len`. */
function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** `numpy.round(value, 4)`: the scaled value to the nearest integer, a half to the even one. */
function roundToFourDecimals(value: number): number {
  const scaled = value * 1e4;
  const floor = Math.floor(scaled);
  const isTieToEven = scaled - floor === 0.5 && floor % 2 === 0;
  return (isTieToEven ? floor : Math.round(scaled)) / 1e4;
}
