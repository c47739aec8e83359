import { describe, expect, it } from "vitest";
import { analyse } from "../../src/analysis/analyse.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import type { ScoredAnswer } from "../../src/schema/finding.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import { fakeTrial, withFigures } from "../support/fake-trials.ts";
import { searchedPlan } from "../support/searched-study.ts";

const plan = searchedPlan({ peak: null });
const record = studyRecord(plan, "matrices/test.yaml");
const fidelity = "screen";
const throughput = [1000, 1200];
const trials = [1, 2, 3].flatMap((replicate) =>
  plan.experiments.map((experiment, row) => {
    const value = throughput[row]! * (1 + replicate / 1000);
    // The workload states limits: goodput decides.
    return withFigures(fakeTrial(experiment, { fidelity, replicate, throughput: value }), [
      ["goodput", "value", value / 100],
    ]);
  }),
);
const accuracy = plan.experiments.map((experiment) => fakeTrial(experiment, { fidelity, purpose: "accuracy" }));

/** Answers of 400 samples; every fourth one lost where the change is broken. */
function answers(broken: boolean): ScoredAnswer[] {
  return Array.from({ length: 400 }, (_, sample) => {
    const lost = broken && sample % 4 === 0;
    const score = lost ? 0 : 30 + (sample % 7);
    const scores = { rouge1: score, rouge2: score, rougeL: score, rougeLsum: score };
    const asked = { chunk: null, placeInChunk: null, finish: "stop", outputTokens: 3 };
    return { sample, prediction: lost ? "" : `says ${sample}`, reference: `means ${sample}`, ...scores, ...asked };
  });
}

const answersById = (broken: boolean) =>
  new Map(accuracy.map(({ spec }, row) => [spec.trialId, answers(broken && row === 1)]));
const analysed = (broken: boolean) =>
  analyse({
    study: record,
    trials: [...trials, ...accuracy],
    answers: answersById(broken),
    metrics: metricDefinitions,
  });

describe("analyse", () => {
  it("says everything of a study in one value, the same for the same trials", () => {
    const found = analysed(false);
    expect(found.summaries.map(({ experiment, usable }) => [experiment, usable])).toEqual([
      ["baseline", 3],
      ["fp8", 3],
    ]);
    expect(found.collateral).toMatchObject([{ treatment: "fp8", control: "baseline" }]);
    expect(found).toMatchObject({ study: record, factorial: [], peaks: [] });
    expect(JSON.stringify(analysed(false))).toBe(JSON.stringify(found));
  });

  it("gives each effect once, the one that decides first", () => {
    const { effects, decisions } = analysed(false);
    const names = effects.map(({ treatment, metric, stat }) => `${treatment} ${metric} ${stat}`);
    expect(new Set(names).size).toBe(names.length);
    expect(`${effects[0]!.metric} ${effects[0]!.stat}`).toBe(decisions[1]!.metric);
  });

  it("decides by the answers where they are there: a change that lost some is rejected, and why is named", () => {
    const { accuracy: judged, decisions } = analysed(true);
    expect(judged[0]!.findings.map(({ id }) => id)).toContain("empty-outputs");
    expect(decisions[1]).toMatchObject({ outcome: "REJECT" });
    expect(decisions[1]!.because).toContain(judged[0]!.findings[0]!.title);
    expect(analysed(false).decisions[1]!.outcome).not.toBe("REJECT");
  });

  it("says first what it shows, a loss of accuracy with the suspect and the scores by query", () => {
    const found = analysed(true).findings.find(({ rule }) => rule === "accuracy-loss");
    expect(found?.says).toMatch(
      /^fp8 loses accuracy: ROUGE-\w+ is 7\d\.\d % of baseline's \(change -.* to -.* %\) over 400 answers, and the gate is 99 %\. Empty outputs: 100 of 400 answers\.$/,
    );
    expect(found?.trials).toEqual(accuracy.map(({ spec }) => spec.trialId));
    expect(found?.query).toContain("FROM outputs WHERE study = 'test-study' AND experiment IN ('fp8', 'baseline')");
    expect(analysed(false).findings.map(({ rule }) => rule)).toEqual(["largest-effect"]);
  });
});
