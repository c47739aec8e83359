import { describe, expect, it } from "vitest";
import { designs, runVirtualStudies, tally } from "../../bench/virtual-studies.ts";
import { plannedPower } from "../../src/analysis/planned-power.ts";
import { dunnettQuantile } from "../../src/math/dunnett.ts";
import { detectableNoncentrality } from "../../src/math/power.ts";

const residual = { sd: 0.02, source: "assumed" };

describe("plannedPower", () => {
  it("says what is detectable before anything is spent", () => {
    const plan = plannedPower({ family: "isolation", changes: 1, blocks: 3, baselines: 2, residual });
    expect(plan.sentence).toMatch(
      /^at a noise of 2 % \(assumed\), 3 blocks show a change of [\d.]+ % with 80 % power \(Dunnett over 1 change\) and can call one NO EFFECT within ±[\d.]+ %$/,
    );
  });

  it("agrees with the laboratory: such a change is found in 80 of 100 studies", () => {
    const blocks = 4;
    const plan = plannedPower({ family: "isolation", changes: 4, blocks, baselines: 2, residual });
    const throughput = 1 + plan.smallestDetectable!;
    const { byTruth } = tally(
      runVirtualStudies({
        design: designs.isolation,
        blocks,
        condition: { noise: { kind: "gaussian", sd: residual.sd }, driftPerTrial: 0 },
        planted: [{ knobs: { quantization: "fp8" }, throughput }],
        studies: 200,
        seed: "planned",
        only: "effects",
      }),
    );
    const found = byTruth.get(throughput)!.found / 200;
    // Three standard errors of 200 draws at 0.8.
    expect(Math.abs(found - 0.8)).toBeLessThan(0.085);
  });

  it("needs more for more changes, steps and cells, and less for more blocks", () => {
    const detectable = (changes: Partial<Parameters<typeof plannedPower>[0]>): number =>
      plannedPower({ family: "isolation", changes: 4, blocks: 4, baselines: 2, residual, ...changes })
        .smallestDetectable!;
    expect(detectable({ changes: 8 })).toBeGreaterThan(detectable({}) * 0.99);
    expect(detectable({ cells: 3 })).toBeGreaterThan(detectable({}));
    expect(detectable({ family: "step" })).toBeGreaterThan(detectable({}));
    expect(detectable({ baselines: 1 })).toBeGreaterThan(detectable({}));
    expect(detectable({ blocks: 8 })).toBeLessThan(detectable({}));
  });

  it("promises no less for a further block, and at most 1.3 times what one pooled variance would find at 4 and 8", () => {
    const found = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(
      (blocks) => plannedPower({ family: "isolation", changes: 4, blocks, baselines: 2, residual }).smallestDetectable!,
    );
    for (const [index, one] of found.slice(1).entries()) expect(one).toBeLessThan(found[index]!);
    for (const blocks of [4, 8]) {
      const degrees = 5 * blocks - 4;
      const critical = dunnettQuantile(0.95, Array<number>(4).fill(Math.sqrt(1 / 3)), degrees);
      const pooled = detectableNoncentrality(critical, degrees, 0.8) * Math.sqrt(1.5 / blocks) * residual.sd;
      expect(found[blocks - 2]! / Math.expm1(pooled)).toBeLessThan(1.3);
    }
  });

  it("says why nothing can be told of one block or no change", () => {
    const one = plannedPower({ family: "isolation", changes: 2, blocks: 1, baselines: 2, residual });
    expect(one).toMatchObject({ smallestDetectable: null, noEffectWithin: null });
    expect(one.sentence).toContain("one block shows no noise");
    expect(plannedPower({ family: "step", changes: 0, blocks: 3, baselines: 2, residual }).sentence).toContain(
      "nothing to compare",
    );
  });
});
