import { expect, it } from "vitest";
import { generalisedInverse, product } from "../../src/math/generalised-inverse.ts";

const matrixOf = (rows: number[][]): Float64Array[] => rows.map((row) => Float64Array.from(row));

it("is the inverse of a regular matrix", () => {
  const inverse = generalisedInverse(
    matrixOf([
      [4, 2],
      [2, 3],
    ]),
    [4, 3],
  );
  expect([...product(inverse, Float64Array.of(8, 8))].map((one) => Number(one.toFixed(12)))).toEqual([1, 2]);
});

it("solves what a singular matrix has a solution of, with 0 in the places that it leaves open", () => {
  // Two parts, each of rows that add up to 0, and a row of zeros.
  const singular = matrixOf([
    [2, -2, 0, 0, 0],
    [-2, 2, 0, 0, 0],
    [0, 0, 3, -3, 0],
    [0, 0, -3, 3, 0],
    [0, 0, 0, 0, 0],
  ]);
  const right = Float64Array.of(4, -4, 6, -6, 0);
  const solution = product(
    generalisedInverse(
      singular.map((line) => line.slice()),
      [2, 2, 3, 3, 1],
    ),
    right,
  );
  expect([...solution]).toEqual([2, 0, 2, 0, 0]);
  expect([...product(singular, solution)]).toEqual([...right]);
});

it("takes for zero what rounding leaves of terms that were taken off again", () => {
  const left = 1 - 1 / 3 - 1 + 1 / 3;
  expect(left).not.toBe(0);
  const rows = generalisedInverse(
    matrixOf([
      [2, 0],
      [0, left],
    ]),
    [2, 1],
  );
  expect(rows.map((line) => [...line])).toEqual([
    [0.5, 0],
    [0, 0],
  ]);
});
