import { describe, expect, it } from "vitest";
import { judgeAccuracy } from "../../../src/commands/report/post-mortem.ts";
import { studyRecord } from "../../../src/store/study-file.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { writeTrial } from "../../../src/store/index.ts";
import { realFiles } from "../../../src/world/files.ts";
import { fakeObservation } from "../../support/fake-observation.ts";
import { fakeTrial } from "../../support/fake-trials.ts";
import { searchedPlan } from "../../support/searched-study.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";
import { join } from "node:path";

const temporaryFolder = useTemporaryFolders();
const world = { files: realFiles };
const plan = searchedPlan({ peak: null });
const record = studyRecord(plan, "matrices/test.yaml");
const samples = 40;

/** An accuracy trial of a row on disk, whose sample has such an answer and score. */
async function accuracyTrial(
  results: string,
  row: number,
  answer: (sample: number) => { prediction: string; score: number | null },
) {
  const trial = fakeTrial(plan.experiments[row]!, { purpose: "accuracy", fidelity: "screen" });
  const outputs = Array.from({ length: samples }, (_, index) => {
    const { prediction, score } = answer(index + 1);
    const scores = { rouge1: score, rouge2: null, rougeL: null, rougeLsum: null };
    return { sample: index + 1, prediction, reference: `means ${index + 1}`, ...scores };
  });
  const written = await writeTrial(world, results, trial, { observation: fakeObservation(samples + 1, 3), outputs });
  if (!written.ok) throw new Error(written.problem.message);
  return trial;
}

async function judged(baseline: Parameters<typeof accuracyTrial>[2], fp8: Parameters<typeof accuracyTrial>[2] | null) {
  const results = temporaryFolder();
  const trials: Trial[] = [await accuracyTrial(results, 0, baseline)];
  if (fp8 !== null) trials.push(await accuracyTrial(results, 1, fp8));
  return judgeAccuracy(world, record, trials, join(results, trials[0]!.study));
}

const scoreOf = (sample: number): number => 30 + (sample % 7);
const good = (sample: number) => ({ prediction: `says ${sample}`, score: scoreOf(sample) });

describe("accuracy, answer by answer", () => {
  it("pairs a change's answers with the baseline's, figure by figure that both have", async () => {
    const [one, ...others] = await judged(good, good);
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
        },
      ],
      findings: [],
    });
  });

  it("names what the answers show where accuracy was lost, and nothing where it was kept", async () => {
    const silent = (sample: number) => (sample % 4 === 0 ? { prediction: "", score: 0 } : good(sample));
    const [lost] = await judged(good, silent);
    expect(lost!.figures).toMatchObject([{ status: "fail" }]);
    expect(lost!.findings[0]).toMatchObject({ id: "empty-outputs", affected: 10, of: samples });
    // The same answers are no suspects where the score is kept.
    const kept = await judged(good, (sample) => ({ ...silent(sample), score: scoreOf(sample) }));
    expect(kept[0]!.findings).toEqual([]);
  });

  it("looks for suspects below the gate as well where the interval does not yet decide", async () => {
    const noisy = (sample: number) => ({
      prediction: sample === 1 ? "" : `says ${sample}`,
      score: sample === 1 ? 0 : scoreOf(sample),
    });
    const [one] = await judged(good, noisy);
    expect(one!.figures[0]).toMatchObject({ status: "unknown" });
    expect(one!.figures[0]!.ratio).toBeLessThan(0.99);
    expect(one!.findings.map(({ id }) => id)).toEqual(["empty-outputs"]);
  });

  it("pairs the samples that both sides scored", async () => {
    const [one] = await judged((sample) => ({ ...good(sample), score: sample > 30 ? null : scoreOf(sample) }), good);
    expect(one!.figures[0]!.n).toBe(30);
  });

  it("says nothing where a side has no accuracy of its own", async () => {
    expect(await judged(good, null)).toEqual([]);
    // A knob that the answers do not depend on shares the baseline's trial.
    const shared = {
      ...record,
      experiments: record.experiments.map((one) => ({ ...one, accuracyKey: record.experiments[0]!.accuracyKey })),
    };
    const results = temporaryFolder();
    const trial = await accuracyTrial(results, 0, good);
    expect(await judgeAccuracy(world, shared, [trial], join(results, trial.study))).toEqual([]);
  });

  it("says nothing of trials whose answers are gone", async () => {
    const trials = [0, 1].map((row) => fakeTrial(plan.experiments[row]!, { purpose: "accuracy", fidelity: "screen" }));
    expect(await judgeAccuracy(world, record, trials, temporaryFolder())).toEqual([]);
  });
});
