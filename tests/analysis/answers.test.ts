import { describe, expect, it } from "vitest";
import { judgeAnswers, trialsWithAnswers } from "../../src/analysis/answers.ts";
import type { CompareRules } from "../../src/analysis/rules.ts";
import type { ScoredAnswer } from "../../src/schema/finding.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { searchedPlan } from "../support/searched-study.ts";

const plan = searchedPlan({ peak: null });
const record = studyRecord(plan, "matrices/test.yaml");
const samples = 40;

/** What a sample is answered, and its score. */
type Answer = (sample: number) => { prediction: string; score: number | null };

/** The accuracy trial of a row. */
const accuracyTrial = (row: number) => fakeTrial(plan.experiments[row]!, { purpose: "accuracy", fidelity: "screen" });

function answersOf(answer: Answer): ScoredAnswer[] {
  return Array.from({ length: samples }, (_, index) => {
    const { prediction, score } = answer(index + 1);
    const scores = { rouge1: score, rouge2: null, rougeL: null, rougeLsum: null };
    const asked = { chunk: null, placeInChunk: null, finish: "stop", outputTokens: 3 };
    return { sample: index + 1, prediction, reference: `means ${index + 1}`, ...scores, ...asked };
  });
}

function judged(baseline: Answer, fp8: Answer | null, rules: Partial<CompareRules> = {}) {
  const sides = [baseline, ...(fp8 === null ? [] : [fp8])];
  const trials = sides.map((_, row) => accuracyTrial(row));
  const answers = new Map(trials.map(({ spec }, row) => [spec.trialId, answersOf(sides[row]!)]));
  return judgeAnswers({ ...record, rules }, trials, answers);
}

const scoreOf = (sample: number): number => 30 + (sample % 7);
const good = (sample: number) => ({ prediction: `says ${sample}`, score: scoreOf(sample) });

describe("accuracy, answer by answer", () => {
  it("holds a change against a ruleset's bound, as a share of what this baseline scored", () => {
    const bound = { metric: "rouge1", stat: "mean", of: "absolute", atLeast: 30, source: "a ruleset" } as const;
    const lower = (sample: number) => ({ prediction: `says ${sample}`, score: scoreOf(sample) * 0.95 });
    const [one] = judged(good, lower, { gates: [bound] });
    const level =
      Array.from({ length: samples }, (_, index) => scoreOf(index + 1)).reduce((sum, score) => sum + score) / samples;
    expect(one?.figures).toMatchObject([{ metric: "rouge1", status: "pass" }]);
    expect(one?.figures[0]?.gate).toBeCloseTo(30 / level, 12);
    expect(judged(good, lower)[0]?.figures).toMatchObject([{ gate: 0.99, status: "fail" }]);
  });

  it("pairs a change's answers with the baseline's, figure by figure that both have", () => {
    const [one, ...others] = judged(good, good);
    expect(others).toEqual([]);
    expect(one).toEqual({
      treatment: "fp8",
      control: "baseline",
      figures: [
        // 40 identical answers do not show that 99 of 100 are: the exact bound.
        {
          metric: "rouge1",
          gate: 0.99,
          n: samples,
          ratio: 1,
          interval: { lower: expect.closeTo(0.912, 3), upper: expect.closeTo(1.088, 3) },
          status: "unknown",
          wins: 0,
          ties: samples,
          losses: 0,
        },
      ],
      findings: [],
      worst: [],
    });
  });

  it("names what the answers show where accuracy was lost, and nothing where it was kept", () => {
    const silent = (sample: number) => (sample % 4 === 0 ? { prediction: "", score: 0 } : good(sample));
    const [lost] = judged(good, silent);
    expect(lost!.figures).toMatchObject([{ status: "fail" }]);
    expect(lost!.findings[0]).toMatchObject({ id: "empty-outputs", affected: 10, of: samples });
    // The same answers are no suspects where the score is kept.
    const kept = judged(good, (sample) => ({ ...silent(sample), score: scoreOf(sample) }));
    expect(kept[0]!.findings).toEqual([]);
  });

  it("looks for suspects below the gate as well where the interval does not yet decide", () => {
    const noisy = (sample: number) => ({
      prediction: sample === 1 ? "" : `says ${sample}`,
      score: sample === 1 ? 0 : scoreOf(sample),
    });
    const [one] = judged(good, noisy);
    expect(one!.figures[0]).toMatchObject({ status: "unknown" });
    expect(one!.figures[0]!.ratio).toBeLessThan(0.99);
    expect(one!.findings.map(({ id }) => id)).toEqual(["empty-outputs"]);
  });

  it("pairs the samples that both sides scored", () => {
    const [one] = judged((sample) => ({ ...good(sample), score: sample > 30 ? null : scoreOf(sample) }), good);
    expect(one!.figures[0]!.n).toBe(30);
  });

  it("counts wins, ties and losses, and shows the ten answers that lost most", () => {
    const [one] = judged(good, (sample) => {
      const score = scoreOf(sample) + (sample <= 12 ? -sample : sample === 13 ? 2 : 0);
      return { prediction: `says\n  ${"much ".repeat(sample === 12 ? 100_000 : 1)}${sample}`, score };
    });
    expect(one!.figures[0]).toMatchObject({ wins: 1, ties: 27, losses: 12 });
    expect(one!.worst.map(({ sample }) => sample)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    const twelve = { score: scoreOf(12) - 12, controlScore: scoreOf(12), reference: "means 12" };
    expect(one!.worst[0]).toMatchObject(twelve);
    expect(one!.worst[0]!.prediction).toMatch(/^says much much .*…$/);
    expect(one!.worst[0]!.prediction.length).toBeLessThanOrEqual(201);
  });

  it("says nothing where a side has no accuracy of its own", () => {
    expect(judged(good, null)).toEqual([]);
    // A knob that the answers do not depend on shares the baseline's trial.
    const shared = {
      ...record,
      experiments: record.experiments.map((one) => ({ ...one, accuracyKey: record.experiments[0]!.accuracyKey })),
    };
    const trial = accuracyTrial(0);
    expect(trialsWithAnswers(shared, [trial])).toEqual([trial]);
    expect(judgeAnswers(shared, [trial], new Map([[trial.spec.trialId, answersOf(good)]]))).toEqual([]);
  });

  it("says nothing of trials whose answers are gone", () => {
    const trials = [0, 1].map(accuracyTrial);
    expect(trialsWithAnswers(record, trials)).toEqual([trials[1], trials[0]]); // the change, then its baseline
    expect(judgeAnswers(record, trials, new Map([[trials[0]!.spec.trialId, answersOf(good)]]))).toEqual([]);
  });
});
