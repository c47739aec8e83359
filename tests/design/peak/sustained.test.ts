import { describe, expect, it } from "vitest";
import { experimentAtRate, expandStudy } from "../../../src/design/expand.ts";
import { neverRun, remainingTrials } from "../../../src/design/remaining.ts";
import { atPeaks, searchesFor } from "../../../src/design/peak/sustained.ts";
import { searchedPlan } from "../../support/searched-study.ts";

const { study, expansion } = searchedPlan();
const [baseline, fp8] = expansion.experiments;
const peaks = new Map([
  ["baseline", experimentAtRate(baseline!, 9.5)],
  ["fp8", experimentAtRate(fp8!, 19)],
]);

describe("the rows of a search at their peaks", () => {
  it("are a design of blocks like any other", () => {
    const rows = atPeaks(study, expansion, peaks);
    expect(rows.study).toMatchObject({ peak: null, accuracy: null });
    expect(rows.expansion.baselines).toEqual(["baseline·r9.5"]);
    expect(rows.expansion.contrasts).toMatchObject([{ treatment: "fp8·r19", control: "baseline·r9.5" }]);
    const { trials } = remainingTrials(rows.study, rows.expansion, neverRun);
    for (const block of [1, 2])
      expect(
        trials
          .filter((spec) => spec.block === block)
          .map(({ experiment }) => experiment)
          .toSorted(),
      ).toEqual(["baseline·r9.5", "fp8·r19"]);
  });

  it("leave out those without a peak, and what is compared with them", () => {
    const rows = atPeaks(study, expansion, new Map([...peaks].slice(1)));
    expect(rows.expansion).toMatchObject({ baselines: [], contrasts: [] });
    expect(rows.expansion.experiments.map(({ labels }) => labels.name)).toEqual(["fp8·r19"]);
  });

  it("run the baseline twice in a block from four changes on, as other rows do", () => {
    const ids = ["a", "b", "c", "d"];
    const changes = ids.map((id, place) => ({ id, label: id, set: { max_model_len: 100 + place }, pointer: "" }));
    const many = expandStudy({ ...study, design: { kind: "isolation", changes } });
    const rates = many.experiments.map((row, place) => [row.labels.name, experimentAtRate(row, 10 + place)] as const);
    const rows = atPeaks(study, many, new Map(rates));
    const { trials } = remainingTrials(rows.study, rows.expansion, neverRun);
    expect(trials.filter(({ experiment, block }) => block === 1 && experiment === "baseline·r10")).toHaveLength(2);
  });
});

describe("the searches of a run", () => {
  const names = (wanted: string, sustain = true): string[] =>
    searchesFor({ ...study, peak: { ...study.peak!, sustain } }, expansion, (name) => name === wanted).map(
      ({ labels }) => labels.name,
    );

  it("are those of the rows that are wanted, and of what they are sustained beside", () => {
    expect([names("fp8"), names("baseline"), names("fp8", false)]).toEqual([
      ["baseline", "fp8"],
      ["baseline"],
      ["fp8"],
    ]);
  });
});
