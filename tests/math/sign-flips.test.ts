import { describe, expect, test } from "vitest";
import { signFlipP, smallestFlipP } from "../../src/math/sign-flips.ts";
import { createRandom } from "../../src/math/random.ts";

/** Every sign, one after the other. */
function counted(differences: readonly number[]): number {
  const seen = Math.abs(differences.reduce((sum, one) => sum + one, 0));
  let atLeast = 0;
  for (let signs = 0; signs < 2 ** differences.length; signs++) {
    const total = differences.reduce((sum, one, index) => sum + ((signs >> index) & 1 ? one : -one), 0);
    atLeast += Number(Math.abs(total) >= seen - 1e-12);
  }
  return atLeast / 2 ** differences.length;
}

describe("signFlipP", () => {
  test("is R. A. Fisher's example of Darwin's maize: 1726 of 32768 (The Design of Experiments, section 21)", () => {
    const eighthsOfAnInch = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    expect(signFlipP(eighthsOfAnInch)).toBe(1726 / 32768);
  });

  test("is the count of all signs", () => {
    const random = createRandom("flips");
    for (const blocks of [1, 2, 3, 6, 9]) {
      const differences = Array.from({ length: blocks }, () => random.normal() + 0.5);
      expect(signFlipP(differences)).toBeCloseTo(counted(differences), 14);
    }
    expect(signFlipP([1, 1, 1, -1])).toBe(counted([1, 1, 1, -1]));
  });

  test("cannot go below a quarter on three blocks, and is 1 where nothing differs", () => {
    expect(signFlipP([1, 2, 3])).toBe(0.25);
    expect(smallestFlipP(3)).toBe(0.25);
    expect(smallestFlipP(0)).toBe(1);
    expect(signFlipP([0, 0, 0])).toBe(1);
  });

  test("is exact for thirty blocks, and refuses more", () => {
    expect(signFlipP(Array.from({ length: 30 }, () => 1))).toBe(smallestFlipP(30));
    expect(() => signFlipP(Array.from({ length: 31 }, () => 1))).toThrow(RangeError);
  });
});
