import { describe, expect, it } from "vitest";
import { fewestPairs, pairedAccuracy, type PairedAccuracy } from "../../src/analysis/paired-accuracy.ts";
import { binomialCdf } from "../../src/math/distributions.ts";
import { createRandom } from "../../src/math/random.ts";

/** ROUGE-1 of news summaries: a mean of 39 and a standard deviation of 12, of which a little moves between two runs. */
function scores(seed: string, loss: number): { treatment: Map<number, number>; control: Map<number, number> } {
  const random = createRandom(seed);
  const control = new Map<number, number>();
  const treatment = new Map<number, number>();
  for (let sample = 0; sample < 1000; sample += 1) {
    const score = Math.max(1, 39 + 12 * random.normal());
    control.set(sample, score);
    treatment.set(sample, Math.max(0, score * (1 - loss) + random.normal()));
  }
  return { treatment, control };
}

describe("pairedAccuracy", () => {
  it("sees a loss of 2 % in 1,000 samples, where their own spread is a third of the score", () => {
    const { treatment, control } = scores("loss", 0.02);
    const judged = pairedAccuracy(treatment, control, 0.99)!;
    expect(judged).toMatchObject({ n: 1000, status: "fail" });
    expect(judged.ratio).toBeCloseTo(0.98, 2);
    expect(judged.interval.upper - judged.interval.lower).toBeLessThan(0.005);
  });

  it("passes what lost nothing, and leaves open what lost the allowance itself", () => {
    expect(pairedAccuracy(scores("same", 0).treatment, scores("same", 0).control, 0.99)!.status).toBe("pass");
    expect(pairedAccuracy(scores("edge", 0.01).treatment, scores("edge", 0.01).control, 0.99)!.status).toBe("unknown");
  });

  it("covers the true ratio in 95 of 100 studies", () => {
    let covered = 0;
    for (let study = 0; study < 400; study += 1) {
      const { treatment, control } = scores(`coverage-${study}`, 0.01);
      const { interval } = pairedAccuracy(treatment, control, 0.99)!;
      if (interval.lower <= 0.99 && interval.upper >= 0.99) covered += 1;
    }
    // Binomial of 400 at 0.95: 99.9 % lie between these.
    expect(covered).toBeGreaterThanOrEqual(365);
    expect(covered).toBeLessThanOrEqual(393);
  });

  it("has an exact bound where no pair, or hardly one, differs: 368 identical pairs are the fewest that pass 99 %", () => {
    const same = (n: number): Map<number, number> => new Map(Array.from({ length: n }, (_, index) => [index, 30]));
    const four = pairedAccuracy(same(4), same(4), 0.99)!;
    expect(four.status).toBe("unknown");
    // Clopper and Pearson: of 4 samples without a loss up to 1 - 0.025^(1/4) may have one.
    expect(four.interval.lower).toBeCloseTo(0.3976, 4);
    expect(pairedAccuracy(same(367), same(367), 0.99)!.status).toBe("unknown");
    expect(pairedAccuracy(same(368), same(368), 0.99)!.status).toBe("pass");
    expect(fewestPairs(0.99)).toBe(368);
    const nudged = same(5).set(0, 30.001);
    expect(pairedAccuracy(nudged, same(5), 0.99)!.status).toBe("unknown");
  });

  /** Of so many samples of one score, those that lost all of it. */
  const lost = (samples: number, count: number): PairedAccuracy => {
    const control = new Map(Array.from({ length: samples }, (_, sample) => [sample, 40]));
    const treatment = new Map(Array.from({ length: samples }, (_, sample) => [sample, sample < count ? 0 : 40]));
    return pairedAccuracy(treatment, control, 0.99)!;
  };

  it("never passes more lost answers where it does not pass fewer", () => {
    for (let samples = 100; samples <= 1500; samples += 20) {
      const lowest = Array.from({ length: 30 }, (_, count) => lost(samples, count).interval.lower);
      expect(lowest).toEqual(lowest.toSorted((left, right) => right - left));
    }
  });

  it.each([700, 1000, 1200, 2000])(
    "passes one answer in a hundred that lost everything in one of thirty studies at most: %i samples",
    (samples) => {
      let passed = 0;
      for (let count = 0; count <= samples / 100; count += 1) {
        const chance = binomialCdf(count, samples, 0.01) - binomialCdf(count - 1, samples, 0.01);
        if (lost(samples, count).status === "pass") passed += chance;
      }
      expect(passed).toBeLessThan(1 / 30);
    },
  );

  it("judges the samples that both sides have, and says nothing of none", () => {
    const control = new Map([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(pairedAccuracy(new Map([[2, 20]]), control, 0.99)).toMatchObject({ n: 1, ratio: 1, status: "unknown" });
    expect(pairedAccuracy(new Map([[9, 20]]), control, 0.99)).toBeNull();
    expect(pairedAccuracy(new Map([[1, 0]]), new Map([[1, 0]]), 0.99)).toBeNull();
  });
});
