import { describe, expect, it } from "vitest";
import { nextTrial, searchedExperiments } from "../../src/design/index.ts";
import { peaksFound } from "../../src/analysis/peaks.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { ranAt, searchedPlan, spoiledByClient } from "../support/searched-study.ts";

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
    expect(found!.tries.map(({ rate, outcome }) => [rate, outcome])).toEqual([
      [4, "held"],
      [8, "held"],
      [16, "broke"],
      [11.3, "broke"],
      [9.51, "held"],
    ]);
    expect(found!.tries.slice(1, 3)).toEqual([
      { rate: 8, outcome: "held", withinSlo: 99.5, why: "SCREENED on purpose", tookS: 8, savedS: null },
      { rate: 16, outcome: "broke", withinSlo: 80, why: "INVALID on purpose", tookS: 3, savedS: 5 },
    ]);
    expect([other!.row, other!.peak]).toEqual(["fp8", 2.83]);
  });

  it("are of the study as it is now: not of a row that it lacks, nor of a workload before a change", () => {
    const ofWorkload = (trial: Trial, tokens: number, day: number): Trial => ({
      ...trial,
      startedAt: `2026-01-0${day}T00:00:00.000Z`,
      identity: { ...trial.identity, workload: { ...(trial.identity.workload as object), output_tokens: tokens } },
    });
    const before = search(0, 10).map((trial) => ofWorkload(trial, 500, 1));
    const after = search(0, 40).map((trial) => ofWorkload(trial, 100, 2));
    for (const all of [
      [...before, ...after],
      [...after, ...before],
    ])
      expect(peaksFound(record, all)).toMatchObject([{ peak: peaksFound(record, after)[0]!.peak }]);
    const gone = before.map((trial) => ({ ...trial, configurationId: "cfg1_0000000000000000" }));
    expect(peaksFound(record, gone)).toEqual([]);
  });

  it("are none where nothing held, and what FAILED tells nothing", () => {
    const [first] = search(0, 10);
    const failed = { ...first!, verdict: { ...first!.verdict, status: "FAILED" as const } };
    expect(peaksFound(record, [failed])[0]).toMatchObject({
      peak: null,
      tries: [{ rate: 4, outcome: "FAILED" }],
    });
  });

  it("are of the last attempt at each rate", () => {
    const [first] = search(0, 10);
    const again = { ...first!, spec: { ...first!.spec, attempt: 2 } };
    const broke = { ...first!, verdict: { ...first!.verdict, status: "INVALID" as const } };
    expect(peaksFound(record, [broke, again])[0]).toMatchObject({ peak: 4, tries: [{ outcome: "held" }] });
  });

  it("are undecided where the client spoiled a rate and its second try, and known where the second try was judged", () => {
    const [four, eight, sixteen] = search(0, 10);
    const again = (trial: Trial) => ({ ...trial, spec: { ...trial.spec, attempt: 2 } });
    const spoiled = spoiledByClient(sixteen!);
    expect(peaksFound(record, [four!, eight!, spoiled, again(spoiled)])[0]).toMatchObject({
      peak: null,
      undecided: { rate: 16, atLeast: 8, why: expect.stringMatching(/^client-bound: .* Give it a core/) },
      tries: [{ outcome: "held" }, { outcome: "held" }, { rate: 16, outcome: "spoiled" }],
    });
    expect(peaksFound(record, [four!, eight!, spoiled, again(sixteen!)])[0]).toMatchObject({
      undecided: null,
      peak: 8,
    });
    expect(peaksFound(record, [four!, eight!, spoiled])[0]).toMatchObject({ undecided: null });
    const lower = { ...record, peak: { ...record.peak!, to: 8 } };
    expect(peaksFound(lower, [four!, eight!, spoiled, again(spoiled)])[0]).toMatchObject({ undecided: null, peak: 8 });
  });

  it("leave out sustained trials and other fidelities, and are none without a search", () => {
    const trials = search(0, 10);
    const sustained = trials.map((trial) => ({ ...trial, spec: { ...trial.spec, purpose: "performance" as const } }));
    expect(peaksFound(record, sustained)).toEqual([]);
    expect(peaksFound({ ...record, fidelity: "valid" }, trials)).toEqual([]);
    expect(peaksFound({ ...record, peak: null }, trials)).toEqual([]);
  });
});
