import { describe, expect, it } from "vitest";
import { fewestPairs, pairedAccuracy } from "../../src/analysis/paired-accuracy.ts";
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
