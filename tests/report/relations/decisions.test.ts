import { expect, it } from "vitest";
import { decisionsRelation } from "../../../src/report/relations/decisions.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";

const input = fakeReportInput();
const [first, second] = input.decisions.filter(({ outcome }) => outcome !== "BASELINE" && outcome !== "SKIPPED");
const two = {
  ...input,
  decisions: [
    { ...first!, because: "throughput +1.0 %; missing: one launch; fidelity smoke measures and does not certify" },
    { ...second!, because: "throughput +2.0 %; missing: one launch; fidelity smoke measures and does not certify" },
  ],
};

it("says once what is so of every change, and of each what is its own", () => {
  const { facts } = decisionsRelation(two);
  expect(facts.rows.map(({ because }) => because)).toEqual(["throughput +1.0 %", "throughput +2.0 %"]);
  expect(facts.shared).toEqual(["missing: one launch", "fidelity smoke measures and does not certify"]);
  expect(renderedReport(two)).toContain("Of each: missing: one launch; fidelity smoke measures and does not certify.");
});

it("leaves the sentence of a single change whole", () => {
  const { facts } = decisionsRelation({ ...two, decisions: two.decisions.slice(0, 1) });
  expect(facts.shared).toEqual([]);
  expect(facts.rows[0]!.because).toBe(two.decisions[0]!.because);
});
