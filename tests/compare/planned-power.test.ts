import { describe, expect, it } from "vitest";
import { designs, runVirtualStudies, tally } from "../../bench/virtual-studies.ts";
import { plannedPower } from "../../src/compare/planned-power.ts";

const residual = { sd: 0.02, source: "assumed" };

describe("plannedPower", () => {
  it("says what permutation can reach and what is detectable, before anything is spent", () => {
    const plan = plannedPower({ kind: "isolation", changes: 1, blocks: 3, baselines: 2, residual });
    expect(plan).toMatchObject({ degreesOfFreedom: 5, smallestPermutedP: 0.25, permuted: false });
    expect(plan.sentence).toMatch(
      /^at a noise of 2 % \(assumed\), 3 blocks show a change of [\d.]+ % with 80 % power \(Dunnett over 1 change\) and can call one NO EFFECT within ±[\d.]+ %; permuting 3 blocks reaches a corrected p of 0\.25 at best, so p comes from the model$/,
    );
  });

  it("agrees with the laboratory: such a change is found in 80 of 100 studies", () => {
    const blocks = 4;
    const plan = plannedPower({ kind: "isolation", changes: 4, blocks, baselines: 2, residual });
    const throughput = 1 + plan.smallestDetectable!;
    const { byTruth } = tally(
      runVirtualStudies({
        design: designs.isolation,
        blocks,
        condition: { noise: { kind: "gaussian", sd: residual.sd }, driftPerTrial: 0 },
        planted: [{ knobs: { quantization: "fp8" }, throughput }],
        studies: 200,
        seed: "planned",
      }),
    );
    const found = byTruth.get(throughput)!.found / 200;
    // Three standard errors of 200 draws at 0.8.
    expect(Math.abs(found - 0.8)).toBeLessThan(0.085);
  });

  it("needs more for more changes, steps and cells, and less for more blocks", () => {
    const detectable = (changes: Partial<Parameters<typeof plannedPower>[0]>): number =>
      plannedPower({ kind: "isolation", changes: 4, blocks: 4, baselines: 2, residual, ...changes })
        .smallestDetectable!;
    expect(detectable({ changes: 8 })).toBeGreaterThan(detectable({}) * 0.99);
    expect(detectable({ cells: 3 })).toBeGreaterThan(detectable({}));
    expect(detectable({ kind: "stacked" })).toBeGreaterThan(detectable({}));
    expect(detectable({ baselines: 1 })).toBeGreaterThan(detectable({}));
    expect(detectable({ blocks: 8 })).toBeLessThan(detectable({}));
    expect(plannedPower({ kind: "isolation", changes: 4, blocks: 8, baselines: 2, residual })).toMatchObject({
      permuted: true,
      correction: "Holm over 4 changes",
      smallestPermutedP: 4 / 128,
    });
  });

  it("says why nothing can be told of one block or no change", () => {
    const one = plannedPower({ kind: "isolation", changes: 2, blocks: 1, baselines: 2, residual });
    expect(one).toMatchObject({ smallestDetectable: null, noEffectWithin: null, smallestPermutedP: 1 });
    expect(one.sentence).toContain("one block shows no noise");
    expect(plannedPower({ kind: "stacked", changes: 0, blocks: 3, baselines: 2, residual }).sentence).toContain(
      "nothing to compare",
    );
  });
});
