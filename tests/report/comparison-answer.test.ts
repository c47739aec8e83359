import { expect, it } from "vitest";
import { comparisonAnswer } from "../../src/report/comparison-answer.ts";
import type { AcrossEffect, Comparison } from "../../src/schema/comparison.ts";
import { comparedOperand, fakeComparison } from "../support/fake-comparison.ts";

const usual = fakeComparison([comparedOperand("A", [1000, 1010, 990]), comparedOperand("B", [1100, 1110, 1090])]);
const [effect] = usual.effects;
const said = (...changes: Partial<AcrossEffect>[]) =>
  comparisonAnswer({ ...usual, effects: changes.map((change) => ({ ...effect!, ...change })) }, []);

it.each<[Partial<AcrossEffect>, string]>([
  [{ ratio: 1.1, finding: "higher" }, "B/baseline has +10.0 % output tok/s against A/baseline."],
  [
    { ratio: 1.001, finding: "equivalent", equivalence: { margin: 0.02, p: 0.01 } as AcrossEffect["equivalence"] },
    "B/baseline and A/baseline have the same output tok/s within 2 % (+0.1 %).",
  ],
  [
    { ratio: 1.02, finding: "not told apart", smallestDetectable: 0.04 },
    "B/baseline and A/baseline are not told apart in output tok/s (+2.0 %; 4 % would have been seen).",
  ],
  [
    { ratio: 1.2, interval: null, finding: null },
    "B/baseline has +20.0 % output tok/s against A/baseline: one launch a side has no interval.",
  ],
  [
    { ratio: null, why: "no conclusion: workload is not the same" },
    "Nothing is concluded of B/baseline against A/baseline: workload is not the same.",
  ],
])("answers by the first figure: %j", (change, main) => expect(said(change).main).toBe(main));

it("says of the others what is better and what is worse, by the direction of each", () => {
  const { because } = said(
    {},
    { metric: "ttft", stat: "p50", better: "lower", ratio: 0.9, finding: "lower" },
    { metric: "energy_per_token", stat: "value", better: "lower", ratio: 1.1, finding: "higher" },
    { metric: "output_tokens", stat: "mean", better: "neither", ratio: 1.2, finding: "higher" },
    { metric: "goodput", stat: "value", better: "higher", ratio: 1.01, finding: "not told apart" },
  );
  expect(because).toEqual([
    "Better: TTFT p50 -10.0 %.",
    "Worse: energy per token +10.0 %.",
    "Different: output tokens mean +20.0 %.",
    "Not told apart: goodput +1.0 %.",
  ]);
});

it("says once why nothing is concluded of several sides", () => {
  const names = ["B", "C"];
  const open = { ratio: null, why: "no conclusion: origin is not the same" };
  const comparison: Comparison = {
    ...usual,
    operands: [usual.operands[0]!, ...names.map((name) => ({ ...usual.operands[1]!, name }))],
    effects: names.map((treatment) => ({ ...effect!, ...open, treatment })),
  };
  expect(comparisonAnswer(comparison, []).main).toBe(
    "Nothing is concluded of B and C against A/baseline: origin is not the same.",
  );
});

it("counts the sides that it does not name", () => {
  const names = ["B", "C", "D", "E"];
  const comparison: Comparison = {
    ...usual,
    operands: [usual.operands[0]!, ...names.map((name) => ({ ...usual.operands[1]!, name }))],
    effects: names.map((treatment) => ({ ...effect!, treatment })),
  };
  expect(comparisonAnswer(comparison, []).main).toMatch(/^B has .*\. C has .*\. 2 more below\.$/);
});
