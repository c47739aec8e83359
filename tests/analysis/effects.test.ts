import { describe, expect, it } from "vitest";
import { effects } from "../../src/analysis/effects.ts";
import { summaries } from "../../src/analysis/summaries.ts";
import { twoSidedP } from "../../src/math/t-test.ts";
import type { Effect } from "../../src/schema/effect.ts";
import type { ComparedStudy } from "../../src/analysis/study.ts";
import { fakeStackedStudy } from "../support/fake-study.ts";
import type { Experiment } from "../../src/schema/experiment.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial, foundIn } from "../support/fake-trials.ts";

const control = fakeExperiment("baseline", 0, { max_num_seqs: 16 });
const treatment = fakeExperiment("fp8", 1, { max_num_seqs: 16, quantization: "fp8" });
const study: ComparedStudy = {
  experiments: [control, treatment],
  contrasts: [{ treatment: "fp8", control: "baseline", changed: { quantization: "fp8" }, family: "isolation" }],
  fidelity: "valid",
};
const throughput = [{ metric: "output_throughput", stat: "value", purpose: "performance" }] as const;

/** A trial of another block than its replicate's: the closing bracket is the fourth replicate of the first block. */
function atBlock(experiment: Experiment, value: number, replicate: number, block: number): Trial {
  const trial = fakeTrial(experiment, { throughput: value, replicate });
  return { ...trial, spec: { ...trial.spec, block } };
}

function throughputRatio(all: readonly Effect[] | undefined): [string, number] | null {
  const found = all?.find(({ metric }) => metric === "output_throughput");
  return found ? [found.control, Number(found.ratio?.toFixed(4))] : null;
}

describe("effects", () => {
  it("is the model of arms and blocks on logarithms: by hand for three blocks, where it is the paired t", () => {
    const e = Math.exp;
    const trials = [
      ...[0.02, 0.02, 0].map((log, block) => fakeTrial(control, { throughput: e(5 + log), replicate: block + 1 })),
      ...[0.12, 0.12, 0.12].map((log, block) => fakeTrial(treatment, { throughput: e(5 + log), replicate: block + 1 })),
    ];
    const [effect] = effects(study, trials, throughput);
    // Differences of 0.1, 0.1 and 0.12.
    const difference = 0.12 - 0.04 / 3;
    const squares = 2 * (0.1 - difference) ** 2 + (0.12 - difference) ** 2;
    const standardError = Math.sqrt(squares / 2 / 3);
    const half = 4.302652729911275 * standardError;
    expect(effect?.ratio).toBeCloseTo(e(difference), 10);
    expect(effect?.p).toBeCloseTo(twoSidedP(difference, standardError, 2), 10);
    expect(effect?.interval?.lower).toBeCloseTo(e(difference - half), 8);
    expect(effect?.interval?.upper).toBeCloseTo(e(difference + half), 8);
    expect(effect).toMatchObject({
      treatment: "fp8",
      control: "baseline",
      family: "isolation",
      unit: "tok/s",
      scale: "log",
      direction: "higher",
      trials: { treatment: 3, control: 3 },
      blocks: 3,
      degreesOfFreedom: 2,
      correction: "Dunnett over 1 change",
      why: null,
      excluded: [],
    });
    // Of a trial, half of the variance of a difference.
    expect(effect?.residual).toBeCloseTo(Math.sqrt(squares / 4), 10);
    expect(effect?.p).toBeCloseTo(0.0039, 3);
    expect(effect?.pAdjusted).toBeCloseTo(effect?.p ?? 0, 6);
    expect(effect?.equivalence).toMatchObject({ margin: 0.02, equivalent: false });
    // The baseline fell by 0.02 from the first block to the last, the change by nothing.
    expect(effect?.drift).toEqual({
      acrossBlocks: expect.closeTo(e(-0.01), 10) as number,
      withinBlock: null,
      curve: null,
      withinBlockP: null,
      singleBlock: null,
    });
    expect(effect?.method).toContain("t with 2 degrees of freedom");
  });

  it("does not take drift between blocks for an effect where a trial is missing", () => {
    const trials = [
      ...[100, 200, 400].map((value, index) => fakeTrial(control, { throughput: value, replicate: index + 1 })),
      ...[110, 220].map((value, index) => fakeTrial(treatment, { throughput: value, replicate: index + 1 })),
    ];
    const [effect] = effects(study, trials, throughput);
    expect(effect?.ratio).toBeCloseTo(1.1, 12);
    expect(effect).toMatchObject({ blocks: 2, trials: { treatment: 2, control: 3 } });
  });

  it("knows an effect too small to matter from one that was not seen", () => {
    const values = (base: number): number[] => [base * 0.999, base * 1.001, base, base * 1.0005];
    const trials = [
      ...values(100).map((value, index) => fakeTrial(control, { throughput: value, replicate: index + 1 })),
      ...values(100.8).map((value, index) => fakeTrial(treatment, { throughput: value, replicate: index + 1 })),
    ];
    const [small] = effects(study, trials, throughput);
    expect(small?.equivalence).toMatchObject({ equivalent: true });
    const [strict] = effects({ ...study, rules: { smallestEffectOfInterest: 0.005 } }, trials, throughput);
    expect(strict?.equivalence).toMatchObject({ equivalent: false, margin: 0.005 });
  });

  it("has no interval from a single launch: trials of one launch are no replicates", () => {
    const trials = [
      fakeTrial(control, { throughput: 100 }),
      fakeTrial(control, { throughput: 400, replicate: 2, launchId: "shared" }),
      ...[100, 400].map((value, index) =>
        fakeTrial(treatment, { throughput: value, replicate: index + 1, launchId: "one" }),
      ),
    ];
    const [effect] = effects(study, trials, throughput);
    expect(effect).toMatchObject({
      interval: null,
      p: null,
      smallestDetectable: null,
      why: "fp8 has one launch only, and no interval rests on a single launch",
      trials: { treatment: 1, control: 2 },
    });
    expect(effect?.treatmentValue).toBeCloseTo(200, 9);
  });

  it("says so where nothing is left to estimate noise from, or no block holds both sides", () => {
    const apart = [
      ...[1, 2].map((replicate) => fakeTrial(control, { throughput: 100, replicate })),
      ...[3, 4].map((replicate) => fakeTrial(treatment, { throughput: 150, replicate })),
    ];
    const [untied] = effects(study, apart, throughput);
    expect(untied).toMatchObject({ interval: null, blocks: 0 });
    expect(untied?.ratio).toBeCloseTo(1.5, 12);
    expect(untied?.why).toContain("no blocks tie the two sides together");
    const crossed = [
      fakeTrial(control, { throughput: 100 }),
      atBlock(control, 100, 2, 3),
      atBlock(treatment, 150, 1, 3),
      atBlock(treatment, 150, 2, 4),
    ];
    expect(effects(study, crossed, throughput)[0]?.why).toContain("nothing is left to estimate the noise from");
  });

  it("leaves trials out by rules that were stated before", () => {
    const failing = (failed: number, replicate: number): Trial => {
      const trial = fakeTrial(treatment, { throughput: 120, replicate });
      const row = { metric: "requests_failed", stat: "value", unit: "1", value: failed, why: null, n: 400 } as const;
      return { ...trial, measurements: [...trial.measurements, { ...row, rule: "exact", source: "client" }] };
    };
    const trials = [fakeTrial(control, { throughput: 100 }), failing(20, 1), failing(21, 2)];
    const [effect] = effects(study, trials, throughput);
    expect(effect?.trials.treatment).toBe(1);
    expect(effect?.excluded.map(({ why }) => why)).toEqual(["left out by rule: requests_failed 5.25 %, at most 5 %"]);
    expect(effects({ ...study, rules: { exclusions: [] } }, trials, throughput)[0]?.trials.treatment).toBe(2);
  });

  it("leaves out what is not usable, each with its reason", () => {
    const trials = [
      fakeTrial(control, { throughput: 100 }),
      fakeTrial(treatment, { throughput: 900, status: "INVALID", reason: "too short" }),
      fakeTrial(treatment, { throughput: 120, replicate: 2 }),
      fakeTrial(treatment, { throughput: 800, replicate: 3 }),
      fakeTrial(treatment, { throughput: 121, replicate: 3, attempt: 2 }),
      foundIn(fakeTrial(treatment, { throughput: 500, replicate: 4 }), { engine: { version: "0.33.0" } }),
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
    expect(zero).toMatchObject({ ratio: 0, treatmentValue: 0, direction: "lower", scale: "raw", p: null });
    const p99 = [{ metric: "ttft", stat: "p99", purpose: "performance" }] as const;
    expect(effects(study, [fakeTrial(control), fakeTrial(treatment)], p99)).toEqual([]);
  });

  it("takes a measured zero as data, on the raw scale", () => {
    const judged = (below: number[], above: number[]): Effect =>
      effects(
        study,
        [
          ...below.map((value, index) => fakeTrial(control, { throughput: value, replicate: index + 1 })),
          ...above.map((value, index) => fakeTrial(treatment, { throughput: value, replicate: index + 1 })),
        ],
        throughput,
      )[0]!;
    const stopped = judged([5, 5.2, 4.9, 5.1], [0, 0, 0, 0]);
    expect(stopped).toMatchObject({ ratio: 0, direction: "lower", interval: null, degreesOfFreedom: 3, scale: "raw" });
    expect(stopped.p).toBeCloseTo(twoSidedP(-5.05, Math.sqrt(0.05 / 3 / 4), 3), 12);
    expect(stopped.pAdjusted).toBeLessThan(1e-3);
    const begun = judged([0, 0, 0, 0], [5, 5.2, 4.9, 5.1]);
    expect(begun).toMatchObject({ ratio: null, direction: "higher", controlValue: 0, why: null });
    expect(begun.pAdjusted).toBeLessThan(1e-3);
    expect(begun.p).toBeCloseTo(stopped.p!, 12);
    // Zeros in some trials pull the mean, and the noise that they are keeps p up.
    const some = judged([5, 5, 5, 5.1], [5, 0, 5, 0]);
    expect(some).toMatchObject({ treatmentValue: 2.5, direction: "lower" });
    expect(some.ratio).toBeCloseTo(2.5 / 5.025, 12);
    expect(some.pAdjusted).toBeGreaterThan(0.05);
    expect(judged([0, 0, 0], [0, 0, 0])).toMatchObject({
      ratio: null,
      p: null,
      direction: null,
      why: "no ratio: both sides measured zero throughout",
    });
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
    const twin = { ...treatment, id: "exp1_twin", labels: { ...treatment.labels, name: "fp8·c4" } };
    const trials = [
      fakeTrial(control, { purpose: "accuracy", rouge1: 40 }),
      fakeTrial(treatment, { purpose: "accuracy", rouge1: 39 }),
    ];
    const rouge = [{ metric: "rouge1", stat: "mean", purpose: "accuracy" }] as const;
    const [effect] = effects(
      {
        ...study,
        experiments: [control, twin],
        contrasts: study.contrasts.map((one) => ({ ...one, treatment: "fp8·c4" })),
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
      // Not 1542.00 ÷ 1088.32: the block that len2668 lacks counts for neither side.
      ["baseline", 1.4211],
      ["fp8", 1.0586],
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
