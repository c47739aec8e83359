import { expect, it } from "vitest";
import { found } from "../study-fixture.ts";

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

it("lets a metric be that trials have", () => {
  expect(found(code, { more: "exclude_trials: [{ metric: ttft, stat: p99, above: 3 }]" })).toEqual([]);
});
