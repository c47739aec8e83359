import { describe, expect, it } from "vitest";
import { compareAcross, type Side } from "../../src/analysis/across.ts";
import { judgeChangeGate, parseChangeGate } from "../../src/analysis/change-gate.ts";
import { findingText } from "../../src/report/comparison-text.ts";
import type { AcrossEffect } from "../../src/schema/comparison.ts";
import { poolOf } from "../../src/analysis/pool.ts";
import { createRandom } from "../../src/math/random.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial, type FakeTrialOptions } from "../support/fake-trials.ts";

const experiment = fakeExperiment("baseline", 0, { max_num_seqs: 16 });
const throughput = [{ metric: "output_throughput", stat: "value", purpose: "performance" }] as const;

/** A study's side: a launch a value, each with its own load seed. `change` makes its trials those of something else. */
function side(
  name: string,
  values: readonly number[],
  change: (trial: Trial, index: number) => Trial = (trial) => trial,
  options: FakeTrialOptions = {},
): Side {
  const trials = values.map((value, index) => {
    const trial = fakeTrial(experiment, { throughput: value, replicate: index + 1, ...options });
    const seeds = { ...trial.spec.seeds, load: 1000 + index };
    return change({ ...trial, study: name, spec: { ...trial.spec, seeds } }, index);
  });
  const pool = (purpose: "performance" | "accuracy") => poolOf({ fidelity: "valid" }, trials, experiment.id, purpose);
  return { name, performance: pool("performance"), accuracy: pool("accuracy"), attached: false };
}

/** Another engine, by its version or its name. */
const ofVersion = (version: string) => (trial: Trial) => ({
  ...trial,
  provenance: { ...trial.provenance!, engine: { ...trial.provenance!.engine, version } },
});

function only(effects: readonly AcrossEffect[]): AcrossEffect {
  expect(effects).toHaveLength(1);
  return effects[0]!;
}

describe("compareAcross", () => {
  it("is Welch's t on logarithms: Student's sleep data as R's t.test prints them", () => {
    // R: t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p-value = 0.07939, (-3.3654832, 0.2054832)
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2].map(Math.exp);
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4].map(Math.exp);
    const effect = only(compareAcross(side("B", second), [side("A", first)], throughput, 0.02));
    expect(Math.log(effect.ratio!)).toBeCloseTo(-1.58, 10);
    expect(effect.degreesOfFreedom).toBeCloseTo(17.776, 3);
    expect(effect.p).toBeCloseTo(0.07939, 5);
    expect(effect.pAdjusted).toBe(effect.p);
    expect(Math.log(effect.interval!.lower)).toBeCloseTo(-3.3654832, 6);
    expect(Math.log(effect.interval!.upper)).toBeCloseTo(0.2054832, 6);
    expect(effect).toMatchObject({ finding: "not told apart", why: null, launches: { control: 10, treatment: 10 } });
    expect(findingText(effect)).toMatch(/^not told apart; \d+ % would have been seen$/);
  });

  it("knows that what both sides measured as zero throughout did not change, unless the sides are unlike or ran once", () => {
    const gate = parseChangeGate("output_throughput>=+5%");
    const met = (left: Side, right: Side) => {
      if (!gate.ok) throw new Error(gate.problem.message);
      return judgeChangeGate(gate.value, "B", only(compareAcross(left, [right], throughput, 0.02)));
    };
    expect(met(side("A", [0, 0]), side("B", [0, 0, 0]))).toMatchObject({
      met: true,
      because: "both sides measured zero in every launch",
    });
    expect(met(side("A", [0, 0]), side("B", [0, 1]))).toMatchObject({ met: false });
    expect(met(side("A", [0]), side("B", [0, 0]))).toMatchObject({
      met: false,
      because: expect.stringContaining("the control has one launch only"),
    });
    expect(
      met(
        side("A", [0, 0]),
        side("B", [0, 0], (trial) => ({ ...trial, origin: "simulated" })),
      ),
    ).toMatchObject({
      met: false,
      because: expect.stringContaining("origin is not the same"),
    });
  });

  it("corrects by Holm over the sides, and calls what is close enough the same", () => {
    const control = side("A", [1000, 1001, 999, 1000]);
    const others = [
      side("B", [1100, 1101, 1099, 1100]),
      side("C", [1003, 1001, 1002, 1004]),
      side("D", [900, 1001, 1100, 990]),
    ];
    const effects = compareAcross(control, others, throughput, 0.02);
    expect(effects.map(({ treatment, finding }) => [treatment, finding])).toEqual([
      ["B", "higher"],
      ["C", "equivalent"],
      ["D", "not told apart"],
    ]);
    const [b, c, d] = effects as [AcrossEffect, AcrossEffect, AcrossEffect];
    expect(b.pAdjusted).toBeCloseTo(3 * b.p!, 12);
    expect(c.pAdjusted).toBeCloseTo(2 * c.p!, 12);
    expect(d.pAdjusted).toBe(d.p);
    expect(d.correction).toBe("Holm over 3 comparisons");
    expect(c.equivalence).toMatchObject({ margin: 0.02, equivalent: true });
    const alike = effects.map(({ equivalence }) => equivalence!.p).toSorted((one, other) => one - other);
    expect(c.equivalence?.pAdjusted).toBeCloseTo(3 * alike[0]!, 12);
    expect(findingText(c)).toBe("the same within 2 %");
    expect(d.smallestDetectable).toBeGreaterThan(b.smallestDetectable!);
  });

  it(
    "keeps its errors within their rates where nothing differs, whatever the spread of each side",
    { timeout: 60_000 },
    () => {
      const random = createRandom("across");
      const draw = (name: string, launches: number, spread: number) =>
        side(
          name,
          Array.from({ length: launches }, () => 1000 * Math.exp(spread * random.normal())),
        );
      const studies = 400;
      let [missed, wrong] = [0, 0];
      for (let study = 0; study < studies; study += 1) {
        const others = [draw("B", 3, 0.03), draw("C", 6, 0.01), draw("D", 4, 0.02)];
        const effects = compareAcross(draw("A", 4, 0.02), others, throughput, 0.02);
        missed += effects.filter(({ interval }) => interval!.lower > 1 || interval!.upper < 1).length / 3;
        wrong += Number(effects.some(({ pAdjusted }) => pAdjusted! <= 0.05));
      }
      // 5 % of 400 is 20; 36 and more come by chance in fewer than one of a thousand.
      expect(missed).toBeLessThan(36);
      expect(missed).toBeGreaterThan(5);
      expect(wrong).toBeLessThan(36);
    },
  );

  it("puts no interval on a single launch, however many trials it ran", () => {
    const shared = side("B", [1100, 1110, 1090], (trial) => ({ ...trial, launchId: "one" }));
    expect(only(compareAcross(side("A", [1000, 1001]), [shared], throughput, 0.02))).toMatchObject({
      launches: { control: 2, treatment: 1 },
      interval: null,
      p: null,
      finding: null,
      why: "the treatment has one launch only, and no interval rests on a single launch",
    });
  });

  it("says why there is no figure, and leaves out what no side has unless it was asked for", () => {
    const failed = side("B", [1100], (trial) => trial, { status: "INVALID", reason: "too short" });
    const effect = only(compareAcross(side("A", [1000, 1001]), [failed], throughput, 0.02));
    expect(effect).toMatchObject({
      treatmentValue: null,
      ratio: null,
      launches: { treatment: 0 },
      of: { treatment: 1 },
      why: "the treatment has no usable value: INVALID: too short",
    });
    const goodput = { metric: "goodput", stat: "value", purpose: "performance" } as const;
    const sides = [side("A", [1000, 1001]), [side("B", [1000, 1001])]] as const;
    expect(compareAcross(...sides, [goodput], 0.02)).toEqual([]);
    expect(only(compareAcross(...sides, [goodput], 0.02, [goodput])).why).toContain("no goodput value");
  });

  it("does not set goodput beside goodput under other limits, nor pool the two", () => {
    const goodput = [{ metric: "goodput", stat: "value", purpose: "performance" }] as const;
    const under = (trial: Trial, limitMs: number): Trial => {
      const rule = `window; limits {"ttft_ms":${limitMs}}`;
      const row = { ...trial.measurements[0]!, metric: "goodput", stat: "value" as const };
      return { ...trial, measurements: [{ ...row, value: 8 + trial.spec.replicate / 100, rule }] };
    };
    const [loose, strict] = [500, 200].map((limitMs) => side(`${limitMs}`, [1, 1, 1], (one) => under(one, limitMs)));
    expect(only(compareAcross(loose!, [strict!], goodput, 0.02)).why).toContain("its limits are not the same");
    const mixed = side("mixed", [1, 1, 1], (one, index) => under(one, index === 0 ? 500 : 200));
    expect(only(compareAcross(strict!, [mixed], goodput, 0.02))).toMatchObject({
      why: null,
      launches: { treatment: 2 },
    });
  });

  it("does not set a trial beside itself", () => {
    const both = side("A", [1000, 1001, 1002]);
    expect(only(compareAcross(both, [{ ...both, name: "B" }], throughput, 0.02))).toMatchObject({
      ratio: null,
      why: expect.stringContaining("both sides have the same trial") as string,
    });
  });

  it("takes one origin, build and configuration of a side, and counts the others as left out", () => {
    const mixed = side("B", [1100, 1101, 1102, 2000], (trial, index) =>
      index === 3 ? { ...trial, resolvedId: "res1_other" } : trial,
    );
    const effect = only(compareAcross(side("A", [1000, 1001, 1002]), [mixed], throughput, 0.02));
    expect(effect).toMatchObject({ launches: { treatment: 3 }, of: { treatment: 4 } });
    expect(effect.treatmentValue).toBeCloseTo(1101, 0);
    expect(mixed.performance.excluded).toHaveLength(1);
  });
});

describe("what refuses a conclusion", () => {
  const control = side("A", [1000, 1001, 1002]);
  const refused = (other: Side, first: Side = control): string | null => {
    const effect = only(compareAcross(first, [other], throughput, 0.02));
    if (effect.why !== null) {
      expect(effect).toMatchObject({ ratio: null, interval: null, p: null, finding: null, equivalence: null });
      expect(effect.treatmentValue).toBeGreaterThan(0);
      expect(effect.controlValue).toBeGreaterThan(0);
    }
    return effect.why;
  };

  it("compares engines from three launches a side with different seeds", () => {
    expect(refused(side("B", [1100, 1101, 1102], ofVersion("0.33.0")))).toBeNull();
    expect(refused(side("B", [1100, 1101], ofVersion("0.33.0")))).toBe(
      "no conclusion: engines take 3 launches a side with different load seeds, the treatment has 2 launches with 2 seeds",
    );
    expect(refused(side("B", [1100, 1101, 1102], ofVersion("0.33.0")), side("A", [1000, 1001]))).toContain(
      "the control has 2 launches",
    );
    // Of one engine two launches are enough.
    expect(refused(side("B", [1100, 1101]))).toBeNull();
  });

  it.each([
    [
      "one seed for all",
      (trial: Trial) => ({ ...trial, spec: { ...trial.spec, seeds: { ...trial.spec.seeds, load: 7 } } }),
      "has 3 launches with 1 seed",
    ],
    ["three trials of one launch", (trial: Trial) => ({ ...trial, launchId: "one" }), "has 1 launch with 1 seed"],
  ])("counts seeds by launch: %s", (_, change, says) => {
    const other = side("B", [1100, 1101, 1102], (trial) => change(ofVersion("0.33.0")(trial)));
    expect(refused(other)).toContain(says);
  });

  it("knows another engine by its name, its version and its environment lock", () => {
    const configured = (more: object) => (trial: Trial) => ({
      ...trial,
      identity: { ...trial.identity, configuration: { ...(trial.identity.configuration as object), ...more } },
    });
    for (const change of [ofVersion("0.33.0"), configured({ engine: "other" }), configured({ environment_lock: "x" })])
      expect(refused(side("B", [1100, 1101], change))).toContain("engines take 3 launches");
    expect(refused(side("B", [1100, 1101], configured({ model: "other" })))).toBeNull();
  });

  it("does not count connections to an engine that ran already as launches", () => {
    const attached = { ...side("B", [1100, 1101, 1102], ofVersion("0.33.0")), attached: true };
    expect(refused(attached)).toContain("the treatment ran already, and its 3 launches may be one start");
    expect(refused({ ...side("B", [1100, 1101, 1102]), attached: true })).toBeNull();
  });

  it("refuses another workload, and simulated beside measured", () => {
    const workload = side("B", [1100, 1101, 1102], (trial) => ({
      ...trial,
      identity: { ...trial.identity, workload: { ...(trial.identity.workload as object), load: { concurrency: 8 } } },
    }));
    expect(refused(workload)).toBe("no conclusion: workload is not the same");
    expect(refused(side("B", [1100, 1101, 1102], (trial) => trial, { origin: "simulated" }))).toBe(
      "no conclusion: origin is not the same",
    );
  });
});
