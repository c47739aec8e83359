import { describe, expect, it } from "vitest";
import { validityRelation } from "../../../src/report/relations/validity.ts";
import type { Trial, Check } from "../../../src/schema/trial.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { designRow, laboratoryReport } from "../../support/laboratory-report.ts";
import { relationValues } from "../../support/relation-values.ts";
import { renderedReport } from "../../support/rendered-report.ts";

const REMEDY = "Ask more requests: counts.valid.requests of at least 48000.";
const check = (id: string, status: Check["status"], more: Partial<Check> = {}): Check => ({
  id,
  status,
  value: null,
  limit: null,
  margin: null,
  unit: "",
  message: "",
  remedy: REMEDY,
  ...more,
});
const duration = (seconds: number): Check =>
  check("duration", seconds >= 60 ? "pass" : "fail", { value: seconds, limit: 60, margin: seconds - 60, unit: "s" });

/** fp8 cannot be judged in block 2, awq is too short, and long runs out of memory. */
function ended(trial: Trial): Trial {
  const { experiment, block } = trial.spec;
  if (experiment === "long") {
    const failure = { class: "out-of-memory", message: "", file: "server.log", line: 1, hint: "Lower it to 0.85." };
    return { ...trial, measurements: [], verdict: { ...trial.verdict, status: "FAILED", checks: [], failure } };
  }
  const steady = check("steady", experiment === "fp8" && block === 2 ? "unknown" : "pass", {
    value: 0.9,
    limit: 2,
    margin: 1.1,
    unit: "%",
  });
  const status = experiment === "awq" ? "INVALID" : trial.verdict.status;
  const checks = [duration(experiment === "awq" ? 40 + block : 200 + block), steady];
  return { ...trial, verdict: { ...trial.verdict, status, checks } };
}

const study = (repeats: number, more = 0) =>
  laboratoryReport({
    design: {
      kind: "isolation",
      changes: [
        designRow("fp8", { quantization: "fp8" }),
        designRow("awq", { quantization: "awq" }),
        designRow("long", { max_model_len: 9000 }),
        ...Array.from({ length: more }, (_, at) => designRow(`good${at}`, { max_model_len: 100 + at })),
      ],
    },
    study: { repeats },
    change: ended,
  });

describe("the table of validity", () => {
  it("has a sign for each trial in order of blocks, the limit, the closest value and the remedy", () => {
    const { relation, facts } = validityRelation(study(4));
    expect(relationValues(relation)).toEqual([
      {
        check: "ran to its end",
        limit: "",
        trials_baseline: "✓✓✓✓",
        trials_fp8: "✓✓✓✓",
        trials_awq: "✓✓✓✓",
        trials_long: "✗✗✗✗",
        closest: "",
        remedy: "long: out-of-memory: Lower it to 0.85.",
      },
      {
        check: "duration",
        limit: "≥ 60 s",
        trials_baseline: "✓✓✓✓",
        trials_fp8: "✓✓✓✓",
        trials_awq: "✗✗✗✗",
        trials_long: "····",
        closest: "201 s (41 s)",
        remedy: `awq: ${REMEDY}`,
      },
      expect.objectContaining({
        check: "steady",
        limit: "≤ 2 %",
        trials_fp8: "✓?✓✓",
        closest: "0.9 %",
        remedy: `fp8: ${REMEDY}`,
      }),
    ]);
    expect(facts).toMatchObject({ usable: 8, of: 16, causes: ["4 duration", "4 out-of-memory"], isCounted: false });
  });

  it("counts more than 40 trials, and leaves out what passed everywhere", () => {
    const { relation, facts } = validityRelation(study(9, 2));
    expect(
      relationValues(relation).map((row) => [row["check"], row["trials_fp8"], row["trials_awq"], row["trials_long"]]),
    ).toEqual([
      ["ran to its end", "9 ✓", "9 ✓", "9 ✗ of 9"],
      ["duration", "9 ✓", "9 ✗ of 9", "·"],
      ["steady", "1 ? of 9", "9 ✓", "·"],
    ]);
    expect(relation.columns.map(({ title }) => title)).toEqual([
      "Check",
      "Limit",
      "fp8",
      "awq",
      "long",
      "Closest (failed)",
      "Remedy",
    ]);
    expect(facts).toMatchObject({ isCounted: true, passed: 3, usable: 45, of: 63 });
  });

  it("shows accuracy trials only where something is wrong with one", () => {
    const input = fakeReportInput();
    const withCheck = (status: Check["status"]) => ({
      ...input,
      trials: input.trials.map((trial) =>
        trial.spec.purpose === "accuracy"
          ? { ...trial, verdict: { ...trial.verdict, checks: [check("errors", status)] } }
          : trial,
      ),
    });
    const titles = (status: Check["status"]) =>
      validityRelation(withCheck(status)).relation.columns.map(({ title }) => title);
    expect(titles("pass")).not.toContain("fp8 (accuracy)");
    expect(titles("fail")).toContain("fp8 (accuracy)");
  });

  it("stands in the report near its charts, with what is usable in a sentence", () => {
    const report = renderedReport(study(4));
    expect(report).toContain("8 of 16 trials are usable; the others: 4 duration, 4 out-of-memory.");
    expect(report).toMatch(/\| duration +\| ≥ 60 s \| ✓✓✓✓ +\| ✓✓✓✓ \| ✗✗✗✗ \| ···· \|/);
    expect(renderedReport({ ...fakeReportInput(), trials: [] })).not.toContain("## Validity");
  });
});
