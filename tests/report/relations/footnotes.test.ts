import { expect, it } from "vitest";
import { footnotesOf } from "../../../src/report/relations/footnotes.ts";
import type { ReportInput } from "../../../src/report/report-input.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { fakeReportInput } from "../../support/fake-report.ts";

const input = fakeReportInput();
const [summary] = input.summaries;
const [some] = input.trials;

/** A FAILED trial of an experiment, with the words of its failure. */
function dead(id: string, launchId: string, configurationId: string, message: string): Trial {
  const failure = { class: "out-of-memory", message, file: null, line: null, hint: "Lower it." };
  return {
    ...some!,
    spec: { ...some!.spec, trialId: id },
    launchId,
    configurationId,
    verdict: { ...some!.verdict, status: "FAILED", reason: message, checks: [], failure },
  };
}

function reportOf(rows: { experiment: string; trials: Trial[] }[]): ReportInput {
  return {
    ...input,
    study: { ...input.study, experiments: [] },
    trials: rows.flatMap(({ trials }) => trials),
    summaries: rows.map(({ experiment, trials }) => ({
      ...summary!,
      experiment,
      excluded: trials.map(({ spec }) => ({ trialId: spec.trialId, why: "FAILED" })),
    })),
  };
}

it("a launch that died is one footnote for all its points", () => {
  const rows = ["big·c1", "big·c4", "big·c16"].map((experiment) => ({
    experiment,
    trials: [
      dead(`${experiment}-1`, "0001", "cfg_big", "no memory"),
      dead(`${experiment}-2`, "0002", "cfg_big", "no memory"),
    ],
  }));
  const { footnotes, marksOf } = footnotesOf(reportOf(rows));
  expect(footnotes).toEqual([
    {
      mark: "¹",
      experiment: "big·c1, big·c4, big·c16",
      text: "FAILED, out-of-memory: no memory. Lower it. (6 trials of 2 launches)",
    },
  ]);
  expect(rows.map(({ experiment }) => marksOf(experiment))).toEqual([["¹"], ["¹"], ["¹"]]);
});

it("so is one whose configuration was refused in a launch before", () => {
  const rows = [
    { experiment: "big·c1", trials: [dead("a", "0001", "cfg_big", "no memory")] },
    { experiment: "big·c4", trials: [dead("b", "0001", "cfg_big", "as in launch 0001: no memory")] },
  ];
  expect(footnotesOf(reportOf(rows)).footnotes).toMatchObject([{ experiment: "big·c1, big·c4" }]);
});

it("two configurations that die alike have one each", () => {
  const rows = [
    { experiment: "big", trials: [dead("a", "0001", "cfg_big", "no memory")] },
    { experiment: "huge", trials: [dead("b", "0002", "cfg_huge", "no memory")] },
  ];
  const { footnotes, marksOf } = footnotesOf(reportOf(rows));
  expect(footnotes.map(({ experiment, text }) => `${experiment}: ${text}`)).toEqual([
    "big: FAILED, out-of-memory: no memory. Lower it.",
    "huge: FAILED, out-of-memory: no memory. Lower it.",
  ]);
  expect(marksOf("huge")).toEqual(["²"]);
  expect(marksOf("other")).toEqual([]);
});
