import { describe, expect, it } from "vitest";
import { nextTrial, searchedExperiments } from "../../src/design/index.ts";
import { peaksFound } from "../../src/analysis/peaks.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { ranAt, searchedPlan } from "../support/searched-study.ts";

const plan = searchedPlan();
const record = studyRecord(plan, "matrices/test.yaml");
const searched = searchedExperiments(plan.study, plan.expansion);

function search(row: number, capacity: number): Trial[] {
  const all: Trial[] = [];
  for (;;) {
    const next = nextTrial(plan.study, searched[row]!, { trials: all, all }, all.length + 1);
    if (next === null) return all;
    all.push(ranAt(next.spec, next.experiment, capacity));
  }
}

describe("the peaks of a study", () => {
  it("are told row by row, with every rate in the order of trying", () => {
    const [found, other] = peaksFound(record, [...search(0, 10), ...search(1, 3)]);
    expect(found).toMatchObject({ row: "baseline", workload: "offline", share: 0.99, peak: 9.51 });
    expect(found!.tries.map(({ rate, held }) => [rate, held])).toEqual([
      [4, true],
      [8, true],
      [16, false],
      [11.3, false],
      [9.51, true],
    ]);
    expect(found!.tries.slice(1, 3)).toEqual([
      { rate: 8, held: true, failed: false, withinSlo: 99.5, why: "SCREENED on purpose", tookS: 8, savedS: null },
      { rate: 16, held: false, failed: false, withinSlo: 80, why: "INVALID on purpose", tookS: 3, savedS: 5 },
    ]);
    expect([other!.row, other!.peak]).toEqual(["fp8", 2.83]);
  });

  it("are none where nothing held, and what FAILED tells nothing", () => {
    const [first] = search(0, 10);
    const failed = { ...first!, verdict: { ...first!.verdict, status: "FAILED" as const } };
    expect(peaksFound(record, [failed])[0]).toMatchObject({
      peak: null,
      tries: [{ rate: 4, held: false, failed: true }],
    });
  });

  it("are of the last attempt at each rate", () => {
    const [first] = search(0, 10);
    const again = { ...first!, spec: { ...first!.spec, attempt: 2 } };
    const broke = { ...first!, verdict: { ...first!.verdict, status: "INVALID" as const } };
    expect(peaksFound(record, [broke, again])[0]).toMatchObject({ peak: 4, tries: [{ held: true }] });
  });

  it("leave out sustained trials and other fidelities, and are none without a search", () => {
    const trials = search(0, 10);
    const sustained = trials.map((trial) => ({ ...trial, spec: { ...trial.spec, purpose: "performance" as const } }));
    expect(peaksFound(record, sustained)).toEqual([]);
    expect(peaksFound({ ...record, fidelity: "valid" }, trials)).toEqual([]);
    expect(peaksFound({ ...record, peak: null }, trials)).toEqual([]);
  });
});
