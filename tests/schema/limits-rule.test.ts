import { expect, it } from "vitest";
import { limitsOf, underLimits } from "../../src/schema/limits-rule.ts";
import { makeWorkload } from "../support/make-study.ts";

it("a figure's rule says the limits of the workload and of its classes, in one order", () => {
  const one = underLimits("window", makeWorkload({ slo: { ttft_ms: 200, e2e_ms: 900 } }));
  expect(one).toBe(underLimits("window", makeWorkload({ slo: { e2e_ms: 900, ttft_ms: 200 } })));
  expect(limitsOf({ rule: one })).toBe('{"e2e_ms":900,"ttft_ms":200}');
  const classes = [{ name: "chat", slo: { ttft_ms: 50 } }, { name: "batch" }];
  const ofClasses = underLimits("exact", makeWorkload({ slo: { ttft_ms: 200 }, classes }));
  expect(limitsOf({ rule: ofClasses })).toBe('{"classes":{"chat":{"ttft_ms":50}},"ttft_ms":200}');
  expect(underLimits("window", makeWorkload({ slo: null }))).toBe("window");
  expect(limitsOf({ rule: "window" })).toBeNull();
});
