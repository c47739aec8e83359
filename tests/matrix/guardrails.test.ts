import { describe, expect, it } from "vitest";
import { found } from "./study-fixture.ts";

describe("what a matrix says of its judgement", () => {
  it("takes guardrails, attribution, and why accuracy does not apply", () => {
    const more =
      "guardrails: { ttft.p99: 0.2, requests_failed: false }\nattribution: strict\naccuracy: { not_applicable: random weights }";
    for (const code of ["shape", "unknown-metric", "unknown-statistic", "unknown-key"])
      expect(found(code, { more })).toEqual([]);
  });

  it("refuses a guardrail of a figure that no trial has, and of a statistic that the figure lacks", () => {
    expect(found("unknown-metric", { more: "guardrails: { tftt.p99: 0.2 }" })).toMatchObject([
      { severity: "error", message: expect.stringContaining("this guardrail would guard nothing") },
    ]);
    expect(found("unknown-statistic", { more: "guardrails: { ttft.p99.9: 0.2 }" })).toMatchObject([
      { at: "ttft.p99.9", message: expect.stringContaining("`ttft` has no statistic `p99.9`, so that") },
    ]);
    expect(found("unknown-statistic", { more: "guardrails: { ttft: 0.2 }" })).toMatchObject([
      { message: expect.stringContaining("`ttft` has no statistic `value`, which is meant where none is written") },
    ]);
  });
});
