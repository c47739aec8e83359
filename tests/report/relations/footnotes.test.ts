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
    spec: { ...some!.spec, trialId: id, experimentId: id },
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

it("two configurations that die alike have one for both, and those that die of something else another", () => {
  const rows = [
    { experiment: "big", trials: [dead("a", "0001", "cfg_big", "no memory")] },
    { experiment: "huge", trials: [dead("b", "0002", "cfg_huge", "no memory")] },
    { experiment: "odd", trials: [dead("c", "0003", "cfg_odd", "no kernel")] },
  ];
  const { footnotes, marksOf } = footnotesOf(reportOf(rows));
  expect(footnotes.map(({ experiment, text }) => `${experiment}: ${text}`)).toEqual([
    "big, huge: FAILED, out-of-memory: no memory. Lower it. (2 trials)",
    "odd: FAILED, out-of-memory: no kernel. Lower it.",
  ]);
  expect(marksOf("huge")).toEqual(["¹"]);
  expect(marksOf("other")).toEqual([]);
});

it("a check that many trials fail is one footnote, with the range of their figures", () => {
  const short = (id: string, tookS: number): Trial => ({
    ...some!,
    spec: { ...some!.spec, trialId: id, experimentId: id },
    launchId: id,
    verdict: {
      ...some!.verdict,
      status: "INVALID",
      checks: [
        {
          id: "min-duration",
          status: "fail",
          value: tookS,
          limit: 600,
          unit: "s",
          margin: null,
          message: `the load took ${tookS} s`,
          remedy: "Ask more requests.",
        },
      ],
    },
  });
  const rows = [
    { experiment: "a", trials: [short("a1", 212), short("a2", 260)] },
    { experiment: "b", trials: [short("b1", 230)] },
  ];
  const { footnotes } = footnotesOf(reportOf(rows));
  expect(footnotes).toEqual([
    {
      mark: "¹",
      experiment: "a, b",
      text: "INVALID, min-duration: for instance, the load took 212 s (212 to 260 s in all trials). Ask more requests. (3 trials)",
    },
  ]);
  expect(footnotesOf(reportOf([{ experiment: "a", trials: [short("a1", 212)] }])).footnotes[0]?.text).toBe(
    "INVALID, min-duration: the load took 212 s. Ask more requests.",
  );
});

it("rows that are SKIPPED for one reason have one footnote", () => {
  const { study, summaries } = fakeReportInput();
  const experiments = study.experiments.map((one) => ({ ...one, skip: "the stop rule ended the curve" }));
  expect(footnotesOf({ ...input, study: { ...study, experiments }, summaries }).footnotes).toMatchObject([
    { experiment: "baseline, fp8, len2668, int8, sort", text: "SKIPPED: the stop rule ended the curve" },
  ]);
});

it("an attempt that a later one replaced has no mark, and stands apart", () => {
  const first = dead("a", "0001", "cfg_big", "no memory");
  const last = dead("b", "0002", "cfg_big", "no kernel");
  const again = { ...last, spec: { ...last.spec, experimentId: "a", attempt: first.spec.attempt + 1 } };
  const { footnotes, superseded, marksOf } = footnotesOf(reportOf([{ experiment: "big", trials: [first, again] }]));
  expect(footnotes.map(({ text }) => text)).toEqual(["FAILED, out-of-memory: no kernel. Lower it."]);
  expect(superseded).toEqual([{ mark: "", experiment: "big", text: "FAILED, out-of-memory: no memory. Lower it." }]);
  expect(marksOf("big")).toEqual(["¹"]);
});
