import { describe, expect, it } from "vitest";
import { correctFamily, type FamilyMember } from "../../src/analysis/families.ts";
import { studentTCdf, studentTQuantile } from "../../src/math/distributions.ts";
import { dunnettP } from "../../src/math/dunnett.ts";

function member(estimate: number, changes: Partial<FamilyMember> = {}): FamilyMember {
  const made = { standardError: 1, degreesOfFreedom: 12, ...changes };
  return {
    group: "baseline",
    estimate,
    loading: Math.SQRT1_2,
    p: 2 * studentTCdf(-Math.abs(estimate), made.degreesOfFreedom),
    ...made,
  };
}

describe("correctFamily", () => {
  it("is Dunnett's for changes that share a baseline, and Šidák's over cells that share none", () => {
    const one = correctFamily("isolation", [member(2.5), member(1), member(0.3)]);
    const p = dunnettP(2.5, [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2], 12);
    expect(one[0]).toMatchObject({ correction: "Dunnett over 3 changes" });
    expect(one[0]!.pAdjusted).toBeCloseTo(p, 12);
    // The published table: 2.68 for three changes and 12 degrees of freedom.
    expect(one[0]!.criticalT).toBeCloseTo(2.68, 2);
    const cells = ["a", "b"].flatMap((group) => [member(2.5, { group }), member(1, { group }), member(0.3, { group })]);
    expect(correctFamily("isolation", cells)[0]!.pAdjusted).toBeCloseTo(1 - (1 - p) ** 2, 12);
  });

  it("is Holm's for steps and Benjamini and Hochberg's for combinations", () => {
    const members = [member(3), member(2.5), member(0.1)];
    const steps = correctFamily("step", members);
    expect(steps[0]!.pAdjusted).toBeCloseTo(3 * members[0]!.p, 12);
    expect(steps[1]!.pAdjusted).toBeCloseTo(2 * members[1]!.p, 12);
    expect(steps[0]!.criticalT).toBeCloseTo(studentTQuantile(1 - 0.05 / 6, 12), 10);
    expect(steps[0]!.correction).toBe("Holm over 3 changes");
    const cells = correctFamily("combination", members);
    expect(cells[1]!.pAdjusted).toBeCloseTo(1.5 * members[1]!.p, 12);
    expect(cells[1]!.correction).toBe("Benjamini–Hochberg over 3 changes");
  });

  it("has nothing to say of nothing, and no doubt without noise", () => {
    expect(correctFamily("isolation", [])).toEqual([]);
    expect(correctFamily("isolation", [member(1, { standardError: 0, p: 0 })])[0]!.pAdjusted).toBe(0);
  });
});
