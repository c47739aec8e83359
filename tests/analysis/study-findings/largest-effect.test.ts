import { expect, it } from "vitest";
import { goodputReport } from "../../support/laboratory-report.ts";

it("the largest effect is that to zero, which has no ratio", () => {
  const goodput = { fp8: 0, len2k: 5.5, baseline: 5 } as const;
  const { findings = [] } = goodputReport(
    ({ labels, spec }) => goodput[labels.name as keyof typeof goodput] * (1 + 0.002 * (spec.position % 3)),
  );
  expect(findings.flatMap(({ rule, says }) => (rule === "largest-effect" ? says : []))).toEqual([
    "The largest effect is that of fp8: goodput from 5.01 to 0 req/s against baseline, on 4 against 4 launches.",
  ]);
});
