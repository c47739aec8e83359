import { describe, expect, it } from "vitest";
import { accuracyOf } from "../../src/analysis/accuracy.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

describe("accuracyOf", () => {
  const experiment = fakeExperiment("fp8", 1, { quantization: "fp8" });
  const study = { experiments: [experiment], contrasts: [], fidelity: "valid" };
  const performance = fakeTrial(experiment, { resolvedId: "res1_a" });
  const bound = (resolvedId: string | null, status: "VALID" | "INVALID" = "VALID") =>
    accuracyOf(study, [performance, fakeTrial(experiment, { purpose: "accuracy", resolvedId, status })], experiment);

  it("holds where key and, if both know it, what was found are the same", () => {
    expect(bound("res1_a").trials).toHaveLength(1);
    expect(bound(null).trials).toHaveLength(1);
    expect(bound("res1_b")).toMatchObject({ trials: [], missing: expect.stringContaining("another engine build") });
  });

  it("does not hold for another key, nor from a trial that is not usable", () => {
    const other = { ...experiment, accuracyKey: "acc1_other" };
    const trials = [performance, fakeTrial(experiment, { purpose: "accuracy", resolvedId: "res1_a" })];
    expect(accuracyOf(study, trials, other).missing).toBe("accuracy not measured in this configuration");
    expect(bound("res1_a", "INVALID").missing).toBe("accuracy trial is INVALID: INVALID on purpose");
  });
});
