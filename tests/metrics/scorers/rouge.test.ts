import { describe, expect, test } from "vitest";
import { scoreAsMlperf, scoreRouge } from "../../../src/metrics/scorers/rouge.ts";
import { rougeNames } from "../../../src/schema/rouge.ts";
import { readParity, type RougeParity } from "./parity-data.ts";

const NOTHING = { precision: 0, recall: 0, fmeasure: 0 };
const ALL = { precision: 1, recall: 1, fmeasure: 1 };
const every = (score: typeof ALL): unknown => ({ rouge1: score, rouge2: score, rougeL: score, rougeLsum: score });

describe("against rouge-score 0.1.2", () => {
  test("scores every reference pair alike, after the reference's sentence split", () => {
    const { pairs } = readParity<RougeParity>("rouge.json");
    for (const pair of pairs) {
      const scores = scoreRouge(pair.after_sentence_split_reference, pair.after_sentence_split_prediction);
      for (const type of rougeNames) expect(difference(scores[type], pair[type])).toBeLessThanOrEqual(1e-9);
    }
  });

  test("prints the means that MLPerf's script prints", () => {
    const { pairs, meta } = readParity<RougeParity>("rouge.json");
    const { mean, pairs: scored } = scoreAsMlperf(pairs);
    for (const type of rougeNames) {
      expect(String(mean[type])).toBe(meta.mean_x100_as_mlperf[type]);
      scored.forEach((scores, index) =>
        expect(difference(scores[type], pairs[index]![type])).toBeLessThanOrEqual(1e-9),
      );
    }
    expect(mean.genNum).toBe(57);
    expect(mean.genLen).toBe(Array.from(pairs.map((pair) => pair.after_sentence_split_prediction).join("")).length);
  });
});

/** The largest difference among precision, recall and F. */
function difference(score: typeof ALL, reference: typeof ALL): number {
  const figures = ["precision", "recall", "fmeasure"] as const;
  return Math.max(...figures.map((figure) => Math.abs(score[figure] - reference[figure])));
}

test("scores nothing where a text has no word", () => {
  for (const [reference, prediction] of [
    ["", ""],
    ["a b", ""],
    ["", "a b"],
    ["...", "!!!"],
    ["日本語", "日本語"],
  ] as const) {
    expect(scoreRouge(reference, prediction)).toEqual(every(NOTHING));
  }
});

test("scores a text against itself 1, but pairs of words need two words", () => {
  expect(scoreRouge("one two\nthree", "one two\nthree")).toEqual(every(ALL));
  expect(scoreRouge("one", "one")).toEqual({ ...(every(ALL) as object), rouge2: NOTHING });
});

test("knows no case, no accents, and letters beyond a-z only as gaps", () => {
  expect(scoreRouge("THE CAT, SAT!", "the cat sat")).toEqual(every(ALL));
  expect(scoreRouge("naïve café résumé", "naive cafe resume")).toEqual(every(NOTHING));
  expect(scoreRouge("İstanbul 𝒜 x2", "istanbul x2").rouge1).toEqual({ precision: 0.5, recall: 1 / 3, fmeasure: 0.4 });
});

test("stems words of more than three letters", () => {
  expect(scoreRouge("cats running", "cat runs").rouge1).toEqual(ALL);
  expect(scoreRouge("its", "it").rouge1).toEqual(NOTHING);
});

test("takes lines for sentences in rougeLsum alone", () => {
  const { rouge1, rouge2, rougeL, rougeLsum } = scoreRouge(
    "one two\nthree four five\nsix",
    "six five\nfour one two three",
  );
  expect(rouge1.fmeasure).toBe(1);
  expect(rouge2.fmeasure).toBeCloseTo(0.4, 12);
  expect(rougeL.fmeasure).toBe(0.5);
  expect(rougeLsum.fmeasure).toBeCloseTo(5 / 6, 12);
});

test("counts a word of the union no more often than it stands in either text", () => {
  const { rougeLsum } = scoreRouge("a b c d\na b", "a b\nc d a");
  expect(rougeLsum.precision).toBe(1);
  expect(rougeLsum.recall).toBeCloseTo(5 / 6, 12);
});

test("counts characters as Python does, after strip and split, and means in percent", () => {
  const { mean, pairs } = scoreAsMlperf([
    { prediction: "  One 😀.   Two.  ", reference: "One. Two." },
    { prediction: "", reference: "x" },
    { prediction: "y", reference: "x" },
  ]);
  expect(mean.genLen).toBe(Array.from(["One 😀.\nTwo.", "", "y"].join("")).length);
  expect(mean.genNum).toBe(3);
  expect(mean.rouge1).toBe(33.3333);
  expect(pairs.map((scores) => scores.rouge1.fmeasure)).toEqual([1, 0, 0]);
});

test("has no mean of no pairs", () => {
  expect(scoreAsMlperf([])).toEqual({
    mean: { rouge1: null, rouge2: null, rougeL: null, rougeLsum: null, genLen: 0, genNum: 0 },
    pairs: [],
  });
});
