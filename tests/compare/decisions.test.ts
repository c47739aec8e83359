import { describe, expect, it } from "vitest";
import { accuracyOf } from "../../src/compare/accuracy.ts";
import { decisions } from "../../src/compare/decisions.ts";
import { fakeStackedStudy } from "../support/fake-study.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

describe("decisions", () => {
  it("holds every change that was run, and says all that is missing", () => {
    const { experiments, contrasts, trials } = fakeStackedStudy();
    const made = decisions({ experiments, contrasts, fidelity: "valid" }, trials);
    expect(made.map(({ experiment, outcome, missing }) => [experiment, outcome, missing])).toEqual([
      ["baseline", "BASELINE", []],
      ["fp8", "HOLD", ["comparisons are not judged by rules yet"]],
      ["len2668", "HOLD", ["accuracy not measured in this configuration", "comparisons are not judged by rules yet"]],
      [
        "int8",
        "HOLD",
        [
          "no usable performance trial (FAILED)",
          "accuracy not measured in this configuration",
          "comparisons are not judged by rules yet",
        ],
      ],
      ["sort", "SKIPPED", []],
    ]);
    expect(made[4]?.because).toBe("the engine has no knob `sort`");
  });

  it("names a single trial, a shared launch, a low fidelity, a simulation and an unmeasured baseline", () => {
    const control = fakeExperiment("baseline", 0, {});
    const treatment = fakeExperiment("fp8", 1, { quantization: "fp8" });
    const study = {
      experiments: [control, treatment],
      contrasts: [{ treatment: "fp8", control: "baseline", changed: {}, family: "isolation" as const }],
      fidelity: "smoke",
    };
    const common = { fidelity: "smoke", status: "SCREENED", origin: "simulated" } as const;
    const [, one] = decisions(study, [fakeTrial(treatment, common)]);
    expect(one?.missing).toEqual([
      "one usable performance trial only",
      "accuracy not measured in this configuration",
      "baseline: no performance trial yet",
      "baseline: accuracy not measured in this configuration",
      "fidelity smoke measures and does not certify",
      "simulated: nothing was measured",
      "comparisons are not judged by rules yet",
    ]);
    const shared = [1, 2].map((replicate) => fakeTrial(treatment, { ...common, replicate, launchId: "one" }));
    expect(decisions(study, shared)[1]?.missing[0]).toBe("all performance trials ran in one launch of the engine");
  });
});

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
