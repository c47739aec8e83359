import { describe, expect, it } from "vitest";
import { brief, diagnose, found, matrix } from "../study-fixture.ts";

describe("unknown-metric", () => {
  const code = "unknown-metric";

  it("is an error where trials would be left out by a figure that none has", () => {
    const [one, ...others] = found(code, { more: "exclude_trials: [{ metric: request_failed, above: 3 }]" });
    expect(one).toMatchObject({
      severity: "error",
      at: "request_failed",
      message: "no trial has a metric `request_failed`, so that this rule would leave out none",
      hint: expect.stringContaining("did you mean `requests_failed`?") as string,
    });
    expect(others).toEqual([]);
  });

  it("reads a statistic that is written with an underscore", () => {
    expect(found(code, { more: "guardrails: { ttft_p99: 0.2 }" })).toMatchObject([
      { at: "ttft_p99", hint: expect.stringContaining("did you mean `ttft.p99`?") },
    ]);
  });

  it("lets a metric be that trials have", () => {
    expect(found(code, { more: "exclude_trials: [{ metric: ttft, stat: p99, above: 3 }]" })).toEqual([]);
  });
});

describe("unknown-statistic", () => {
  const code = "unknown-statistic";

  it("is an error where trials would be left out by a statistic that the metric has not", () => {
    const rules =
      "exclude_trials: [{ metric: ttft, stat: p99, above: 3 }, { metric: requests_failed, stat: p99, above: 3 }]";
    const [one, ...others] = found(code, { more: rules });
    expect(one).toMatchObject({
      severity: "error",
      at: "p99",
      message: "`requests_failed` has no statistic `p99`, so that this rule would leave out none",
      hint: "choices: value",
    });
    expect(others).toEqual([]);
    const column = rules.lastIndexOf("p99") + 1;
    const line = matrix({}).split("\n").length;
    expect(brief(diagnose({ "matrices/a.yaml": matrix({ more: rules }) }))).toContain(
      `${code}@matrices/a.yaml:${line}:${column}`,
    );
  });

  it("is one where none is written and the metric has no `value`", () => {
    expect(found(code, { more: "exclude_trials: [{ metric: ttft, above: 900 }]" })).toMatchObject([
      {
        severity: "error",
        at: "ttft",
        message: expect.stringContaining("`value`, which is meant where `stat` is not written") as string,
        hint: "write `stat` beside it, choices: mean, p50, p90, p99, max",
      },
    ]);
  });

  it("lets statistics be that the metric has, and leaves an unknown metric to its own rule", () => {
    const rules = "[{ metric: requests_failed, of: share, above: 0.1 }, { metric: tftt, stat: sum, above: 1 }]";
    expect(found(code, { more: `exclude_trials: ${rules}` })).toEqual([]);
  });
});
