import { describe, expect, it } from "vitest";
import { answerOf } from "../../src/report/answer.ts";
import { forestOf } from "../../src/report/forest.ts";
import { reportData } from "../../src/report/report-data.ts";
import type { ReportInput } from "../../src/report/report-input.ts";
import { forestTable } from "../../src/report/writers/html/forest.ts";
import { goodputReport } from "../support/laboratory-report.ts";
import { relationValues } from "../support/relation-values.ts";

const isFp8 = (row: { knobs: object }): boolean => "quantization" in row.knobs;
const fromZero = goodputReport((trial) => (isFp8(trial) ? 6.5 : 0));
const toZero = goodputReport((trial) => (isFp8(trial) ? 0 : 5));

const fp8Of = (input: ReportInput) => forestOf(input).rows.find(({ name }) => name === "fp8")!;
const changesOf = (input: ReportInput, table: string): unknown[] =>
  relationValues(reportData(input).tables[table]!)
    .filter((row) => [row["experiment"], row["change"]].includes("fp8"))
    .map((row) => row["ratio"] ?? row["change"]);

describe("an effect of which a side measured zero", () => {
  it("is said by both figures where there is no ratio: in the answer, in every table, and on the page", () => {
    expect(answerOf(fromZero).main).toMatch(/^Ship fp8: 0 → 6\.5 req\/s goodput, /);
    expect(fp8Of(fromZero)).toMatchObject({ word: "better", why: null, own: { fromTo: "0 → 6.5 req/s" } });
    for (const table of ["results", "decisions", "wins"])
      expect(changesOf(fromZero, table), table).toEqual(["0 → 6.5 req/s"]);
    const html = forestTable(forestOf(fromZero), "");
    expect(html).toContain("0 → 6.5 req/s</span>");
    expect(html).not.toContain("every check passed");
    expect(html).not.toContain("NaN");
  });

  it("is a loss of all where the change measured zero", () => {
    expect(answerOf(toZero).main).toContain("Reject fp8 (-100.0 %)");
    expect(fp8Of(toZero)).toMatchObject({ outcome: "REJECT", word: "worse", own: { ratio: 0 } });
    for (const table of ["results", "decisions", "hurts"])
      expect(changesOf(toZero, table), table).toEqual(["5 → 0 req/s"]);
  });

  it("is none where both did: data have no value", () => {
    expect(relationValues(reportData(goodputReport(() => 0)).tables["wins"]!)).toEqual([]);
    expect(fp8Of(goodputReport(() => 0))).toMatchObject({ outcome: "HOLD", own: null });
  });
});

it("a change that the engine refuses does not run, also where its control was measured", () => {
  const refused = goodputReport(() => 5);
  const experiment = "fp8";
  const decisions = refused.decisions.map((one) =>
    one.experiment === experiment ? { ...one, outcome: "REJECT" as const } : one,
  );
  const effects = refused.effects.map((one) =>
    one.treatment === experiment ? { ...one, treatmentValue: null, ratio: null, direction: null } : one,
  );
  expect(answerOf({ ...refused, decisions, effects }).main).toContain("Reject fp8 (does not run)");
});
