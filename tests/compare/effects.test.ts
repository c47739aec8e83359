import { describe, expect, it } from "vitest";
import { effects } from "../../src/compare/effects.ts";
import { summaries } from "../../src/compare/summaries.ts";
import type { Effect } from "../../src/schema/effect.ts";
import type { ComparedStudy } from "../../src/compare/study.ts";
import { fakeStackedStudy } from "../support/fake-study.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const control = fakeExperiment("baseline", 0, { max_num_seqs: 16 });
const treatment = fakeExperiment("fp8", 1, { max_num_seqs: 16, quantization: "fp8" });
const study: ComparedStudy = {
  experiments: [control, treatment],
  contrasts: [{ treatment: "fp8", control: "baseline", changed: { quantization: "fp8" }, family: "isolation" }],
  fidelity: "valid",
};
const throughput = [{ metric: "output_throughput", stat: "value", purpose: "performance" }] as const;

function throughputRatio(all: readonly Effect[] | undefined): [string, number] | null {
  const found = all?.find(({ metric }) => metric === "output_throughput");
  return found ? [found.control, Number(found.ratio?.toFixed(4))] : null;
}

describe("effects", () => {
  it("is the ratio of geometric means with Welch's interval on logarithms", () => {
    const trials = [
      ...[100, 110, 105].map((value, index) => fakeTrial(control, { throughput: value, replicate: index + 1 })),
      ...[140, 150, 160, 155].map((value, index) => fakeTrial(treatment, { throughput: value, replicate: index + 1 })),
    ];
    const [effect] = effects(study, trials, throughput);
    // By hand: t(0.975, 4.8666) = 2.591915, integrated from the density; standard error of the difference of logarithms 0.0396710.
    expect(effect?.ratio).toBeCloseTo(1.4398163, 6);
    expect(effect?.interval?.lower).toBeCloseTo(1.299126, 5);
    expect(effect?.interval?.upper).toBeCloseTo(1.595743, 5);
    expect(effect).toMatchObject({
      treatment: "fp8",
      control: "baseline",
      family: "isolation",
      unit: "tok/s",
      trials: { treatment: 4, control: 3 },
      excluded: [],
    });
    expect(effect?.method).toContain("Welch on logarithms, 4.9 degrees of freedom");
  });

  it("has no interval below two launches a side: trials of one launch are no replicates", () => {
    const trials = [
      fakeTrial(control, { throughput: 100 }),
      fakeTrial(control, { throughput: 400, replicate: 2, launchId: "shared" }),
      ...[100, 400].map((value, index) =>
        fakeTrial(treatment, { throughput: value, replicate: index + 1, launchId: "one" }),
      ),
    ];
    const [effect] = effects(study, trials, throughput);
    expect(effect).toMatchObject({ ratio: 1, interval: null, trials: { treatment: 1, control: 2 } });
    expect(effect?.treatmentValue).toBeCloseTo(200, 9);
    expect(effect?.method).toContain("no interval below two launches a side");
  });

  it("leaves out what is not usable, each with its reason", () => {
    const trials = [
      fakeTrial(control, { throughput: 100 }),
      fakeTrial(treatment, { throughput: 900, status: "INVALID", reason: "too short" }),
      fakeTrial(treatment, { throughput: 120, replicate: 2 }),
      fakeTrial(treatment, { throughput: 800, replicate: 3 }),
      fakeTrial(treatment, { throughput: 121, replicate: 3, attempt: 2 }),
      fakeTrial(treatment, { throughput: 500, replicate: 4, resolvedId: "res1_other" }),
      fakeTrial(treatment, { throughput: 600, replicate: 5, origin: "simulated" }),
      fakeTrial(treatment, { throughput: 700, replicate: 6, fidelity: "smoke" }),
    ];
    const [effect] = effects(study, trials, throughput);
    expect(effect?.treatmentValue).toBeCloseTo(Math.sqrt(120 * 121), 9);
    expect(effect?.excluded.map(({ why }) => why)).toEqual([
      "INVALID: too short",
      "a later attempt took its place",
      expect.stringContaining("another engine build"),
      expect.stringContaining("another engine build"),
    ]);
  });

  it("says why there is no ratio", () => {
    const [missing] = effects(study, [fakeTrial(control)], throughput);
    expect(missing).toMatchObject({ ratio: null, treatmentValue: null, controlValue: 1000 });
    expect(missing?.method).toBe("no ratio: the treatment has no usable value");
    const [zero] = effects(study, [fakeTrial(control), fakeTrial(treatment, { throughput: 0 })], throughput);
    expect(zero).toMatchObject({ ratio: null, method: "no ratio: a value is not positive" });
    const p99 = [{ metric: "ttft", stat: "p99", purpose: "performance" }] as const;
    expect(effects(study, [fakeTrial(control), fakeTrial(treatment)], p99)).toEqual([]);
  });

  it("finds trials by the experiment's id, whatever the row is called now", () => {
    const renamed = { ...treatment, labels: { ...treatment.labels, name: "quantized" } };
    const [effect] = effects(
      {
        ...study,
        experiments: [control, renamed],
        contrasts: study.contrasts.map((one) => ({ ...one, treatment: "quantized" })),
      },
      [fakeTrial(control, { throughput: 100 }), fakeTrial(treatment, { throughput: 150 })],
      throughput,
    );
    expect(effect?.ratio).toBeCloseTo(1.5, 12);
  });

  it("takes accuracy from the configuration, also where another experiment ran it", () => {
    const twin = { ...treatment, id: "exp1_twin", labels: { ...treatment.labels, name: "fp8@concurrency=4" } };
    const trials = [
      fakeTrial(control, { purpose: "accuracy", rouge1: 40 }),
      fakeTrial(treatment, { purpose: "accuracy", rouge1: 39 }),
    ];
    const rouge = [{ metric: "rouge1", stat: "mean", purpose: "accuracy" }] as const;
    const [effect] = effects(
      {
        ...study,
        experiments: [control, twin],
        contrasts: study.contrasts.map((one) => ({ ...one, treatment: "fp8@concurrency=4" })),
      },
      trials,
      rouge,
    );
    expect(effect?.ratio).toBeCloseTo(39 / 40, 12);
  });
});

describe("summaries", () => {
  const { experiments, contrasts, trials } = fakeStackedStudy();
  const stacked = { experiments, contrasts, fidelity: "valid" };
  const rows = summaries(stacked, trials, effects(stacked, trials));

  it("gives each experiment its status, counts and change", () => {
    expect(
      rows.map(({ experiment, status, usable, of, against }) => [experiment, status, usable, of, against]),
    ).toEqual([
      ["baseline", "VALID", 3, 3, null],
      ["fp8", "VALID", 3, 3, "baseline"],
      ["len2668", "VALID", 2, 3, "fp8"],
      ["int8", "FAILED", 0, 1, "len2668"],
      ["sort", "SKIPPED", 0, 0, "len2668"],
    ]);
    expect(rows[2]?.excluded).toEqual([
      { trialId: expect.stringContaining("-r3-a1"), why: "INVALID: min_duration: 212 s, at least 600 s" },
    ]);
  });

  it("knows the effect against the baseline and against the step before", () => {
    expect([throughputRatio(rows[1]?.toBaseline), throughputRatio(rows[1]?.toStep)]).toEqual([
      ["baseline", 1.3424],
      ["baseline", 1.3424],
    ]);
    expect([throughputRatio(rows[2]?.toBaseline), throughputRatio(rows[2]?.toStep)]).toEqual([
      ["baseline", 1.4169],
      ["fp8", 1.0555],
    ]);
  });

  it("shows the figures of INVALID trials where there are no others, and says so", () => {
    const invalid = [fakeTrial(control), fakeTrial(treatment, { throughput: 3000, status: "INVALID" })];
    const [, row] = summaries(study, invalid, effects(study, invalid));
    expect(row).toMatchObject({ status: "INVALID", usable: 0, of: 1, figuresAreUsable: false });
    expect(row?.figures[0]).toMatchObject({ metric: "output_throughput", value: 3000, n: 1 });
    expect(row?.toBaseline[0]?.ratio).toBeNull();
  });

  it("is null where nothing was run yet", () => {
    expect(summaries(study, [], [])[0]).toMatchObject({ status: null, usable: 0, of: 0 });
  });
});
