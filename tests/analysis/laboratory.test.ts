import { describe, expect, it } from "vitest";
import { changesOf, conditions, designs, runVirtualStudies, tally, type Tally } from "../../bench/virtual-studies.ts";
import { binomialCdf } from "../../src/math/distributions.ts";

const STUDIES = 100;

/** Of so many studies, a count that happens by chance in fewer than one of ten thousand says that the rate is above this. */
function atMost(count: number, studies: number, rate: number): void {
  expect(1 - binomialCdf(count - 1, studies, rate)).toBeGreaterThan(1e-4);
}

function run(condition: keyof typeof conditions, design: keyof typeof designs, throughput: number[] = []): Tally {
  const planted = throughput.map((ratio, index) => ({
    knobs: [{ quantization: "fp8" }, { max_model_len: 2668 }, { enforce_eager: true }, { max_num_seqs: 32 }][index]!,
    throughput: ratio,
  }));
  return tally(
    runVirtualStudies({
      design: designs[design],
      blocks: 4,
      condition: conditions[condition],
      planted,
      studies: STUDIES,
      seed: `test ${condition} ${design}`,
    }),
  );
}

/** The long version, with its table, is bench/statistics.ts. */
describe("the virtual laboratory, through design, order, trials and judgement", () => {
  it.each([
    ["Gaussian", "isolation"],
    ["Gaussian", "combination"],
    ["drift", "isolation"],
    ["heavy tails", "stacked"],
    ["autocorrelation", "isolation"],
    ["one arm 5 times as noisy", "isolation"],
    ["one arm 5 times as noisy", "stacked"],
    ["curved drift", "isolation"],
    ["two sessions", "isolation"],
    ["20 % missing", "isolation"],
  ] as const)("keeps its errors within their rates: %s, %s", (condition, design) => {
    const found = run(condition, design);
    expect(found.studies).toBe(STUDIES);
    // Intervals of one study share its residual: they are counted as one study each, on average.
    atMost(Math.round((1 - found.covered / found.intervals) * found.studies), found.studies, 0.065);
    atMost(found.familyErrors, found.studies, 0.065);
    atMost(found.falseShips, found.studies, 0.05);
    // And they are no wider than they need be: under normal noise some intervals have to miss.
    if (condition === "Gaussian") expect(found.covered / found.intervals).toBeLessThan(0.985);
  });

  it.each(["one arm 5 times as noisy", "20 % missing"] as const)("still finds +5 % in six blocks: %s", (condition) => {
    const { byTruth } = tally(
      runVirtualStudies({
        design: designs.isolation,
        blocks: 6,
        condition: conditions[condition],
        planted: [{ knobs: { quantization: "fp8" }, throughput: 1.05 }],
        studies: STUDIES,
        seed: "found",
        only: "effects",
      }),
    );
    // Fewer than these of a hundred happen once in ten thousand where eight of ten are found.
    expect(byTruth.get(1.05)!.found).toBeGreaterThan(64);
  });

  it("calls nothing at the margin NO EFFECT more often for having more of it", () => {
    const changes = changesOf(8);
    const { falseNoEffects } = tally(
      runVirtualStudies({
        design: { kind: "isolation", changes },
        blocks: 4,
        condition: { noise: { kind: "gaussian", sd: 0.005 }, driftPerTrial: 0 },
        planted: changes.map(({ set }) => ({ knobs: set, throughput: 1.02 })),
        studies: STUDIES,
        seed: "margin",
      }),
    );
    atMost(falseNoEffects, STUDIES, 0.05);
    expect(falseNoEffects).toBeLessThan(STUDIES / 6);
  });

  it("finds what is large, ships it, and rejects what is worse", () => {
    const { byTruth } = run("Gaussian", "isolation", [1.1, 1, 1, 0.91]);
    expect(byTruth.get(1.1)!.found / STUDIES).toBeGreaterThan(0.97);
    expect(byTruth.get(1.1)!.outcomes.get("SHIP")! / STUDIES).toBeGreaterThan(0.97);
    expect(byTruth.get(0.91)!.outcomes.get("REJECT")! / STUDIES).toBeGreaterThan(0.95);
  });

  it("calls nothing NO EFFECT where it is quiet, and what lies on the edge in one of twenty studies at most", () => {
    const found = tally(
      runVirtualStudies({
        design: designs.isolation,
        blocks: 4,
        condition: { noise: { kind: "gaussian", sd: 0.005 }, driftPerTrial: 0 },
        planted: [
          { knobs: { quantization: "fp8" }, throughput: 1.02 },
          { knobs: { enforce_eager: true }, throughput: 1 },
        ],
        studies: STUDIES,
        seed: "quiet",
      }),
    );
    const none = found.byTruth.get(1)!;
    expect(none.outcomes.get("NO EFFECT")! / none.contrasts).toBeGreaterThan(0.95);
    atMost(found.byTruth.get(1.02)!.outcomes.get("NO EFFECT") ?? 0, STUDIES, 0.05);
  });
});
