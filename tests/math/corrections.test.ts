import { describe, expect, test } from "vitest";
import { benjaminiHochberg, holm, sidak } from "../../src/math/corrections.ts";

/** To twelve digits. */
const told = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(12)));

describe("corrections keep their order and are R's p.adjust", () => {
  test("Holm", () => {
    expect(told(holm([0.01, 0.02, 0.03, 0.04, 0.05]))).toEqual([0.05, 0.08, 0.09, 0.09, 0.09]);
    expect(told(holm([0.5, 0.001, 0.04]))).toEqual([0.5, 0.003, 0.08]);
    expect(told(holm([0.9, 0.8]))).toEqual([1, 1]);
  });

  test("Benjamini and Hochberg", () => {
    expect(told(benjaminiHochberg([0.01, 0.02, 0.03, 0.04, 0.05]))).toEqual([0.05, 0.05, 0.05, 0.05, 0.05]);
    expect(told(benjaminiHochberg([0.5, 0.001, 0.04]))).toEqual([0.5, 0.003, 0.06]);
  });

  test("of nothing are nothing, and of one test the p itself", () => {
    expect([holm([]), benjaminiHochberg([]), holm([0.03]), benjaminiHochberg([0.03])]).toEqual([
      [],
      [],
      [0.03],
      [0.03],
    ]);
  });
});

test("Šidák keeps the digits of small p", () => {
  expect(sidak(0.05, 3)).toBeCloseTo(1 - 0.95 ** 3, 14);
  expect(sidak(1e-20, 4)).toBeCloseTo(4e-20, 32);
});
