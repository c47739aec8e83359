import { describe, expect, it } from "vitest";
import { loadLevelsRelation, zoneSentences, zonesOf } from "../../../src/report/relations/load-levels.ts";
import { jsonRows } from "../../../src/report/writers/json.ts";
import { fakeCurve, fakeCurveInput } from "../../support/fake-kinds.ts";
import { withFigures } from "../../support/fake-trials.ts";

describe("the zones of a curve", () => {
  it("are clean up to the knee, saturated where no higher load gains, degrading between", () => {
    expect(zonesOf(fakeCurve, 0.02)).toEqual(["clean", "clean", "clean", "degrading", "degrading", ""]);
    // 3000 after 2900 tok/s is a gain of 3.4 %: none where 5 % matter.
    expect(zonesOf(fakeCurve, 0.05)).toEqual(["clean", "clean", "clean", "saturated", "saturated", ""]);
  });

  it("end where the SLO breaks, also below the knee, and are told without a knee", () => {
    const slo = { share: 0.99, upTo: 16, breaksAt: 32 };
    expect(zonesOf({ ...fakeCurve, slo }, 0.05)).toEqual(["clean", "clean", "degrading", "saturated", "saturated", ""]);
    const knee = { load: null, why: "none", blocks: { agree: 0, of: 0 } };
    expect(zonesOf({ ...fakeCurve, knee }, 0.05)).toEqual(["clean", "clean", "clean", "clean", "saturated", ""]);
  });

  it("are said with the latency of each token in them", () => {
    expect(zoneSentences([fakeCurve], 0.05)).toEqual([
      {
        name: "tp8",
        says: "clean 8 to 32 (TPOT p99 11.0 to 14.0 ms); saturated 48 to 64 (TPOT p99 16.0 to 18.0 ms) (concurrency)",
      },
    ]);
  });
});

describe("the table of loads", () => {
  it("has valid runs, failed requests, target and actual rate with what binds, and why runs were left out", () => {
    const input = fakeCurveInput();
    const [experiment] = input.study.experiments;
    const [trial] = input.trials.filter(
      ({ spec }) => spec.experimentId === experiment!.id && spec.purpose === "performance",
    );
    const experiments = [{ ...experiment!, labels: { ...experiment!.labels, name: "tp8·c8" } }];
    const summary = {
      ...input.summaries[0]!,
      experiment: "tp8·c8",
      usable: 2,
      of: 3,
      excluded: [{ trialId: "x", why: "INVALID: errors: 33 % of the requests failed" }],
    };
    const trials = [
      withFigures(trial!, [
        ["requested_rate", "value", 10],
        ["achieved_rate", "value", 1.5],
        ["requests_failed", "value", 1],
        ["requests_finished", "value", 99],
      ]),
    ];
    const [row] = jsonRows(
      loadLevelsRelation({ ...input, study: { ...input.study, experiments }, summaries: [summary], trials }),
    );
    expect(row).toEqual({
      curve: "tp8",
      load: 8,
      valid_runs: "2/3",
      failed: 1,
      target_rate: 10,
      actual_rate: 1.5,
      binds: "8 in flight",
      zone: "clean",
      note: "1 run left out (INVALID: errors)",
    });
  });

  it("holds a rate of conversations against their starts, not their turns", () => {
    const curve = { ...fakeCurve, setting: "load.rate" as const };
    const input = fakeCurveInput([curve]);
    const [experiment] = input.study.experiments;
    const [trial] = input.trials.filter(
      ({ spec }) => spec.experimentId === experiment!.id && spec.purpose === "performance",
    );
    const experiments = [{ ...experiment!, labels: { ...experiment!.labels, name: "tp8·c8" } }];
    const summaries = [{ ...input.summaries[0]!, experiment: "tp8·c8", usable: 1, of: 1 }];
    const starts: Parameters<typeof withFigures>[1] = [["conversation_rate", "value", 6]];
    const rowOf = (figures: typeof starts) =>
      jsonRows(
        loadLevelsRelation({
          ...input,
          study: { ...input.study, experiments },
          summaries,
          trials: [withFigures(trial!, [["achieved_rate", "value", 24], ...figures])],
        }),
      )[0];
    expect(rowOf(starts)).toMatchObject({ target_rate: 8, actual_rate: 6, binds: "the engine" });
    expect(rowOf([])).toMatchObject({ target_rate: 8, actual_rate: 24, binds: "the rate" });
  });

  it("is empty without a curve", () => {
    expect(loadLevelsRelation({ ...fakeCurveInput([]), curves: [] }).rows).toEqual([]);
  });
});
