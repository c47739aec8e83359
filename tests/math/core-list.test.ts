import { expect, it } from "vitest";
import { coresOf } from "../../src/math/core-list.ts";

it("reads lists of cores", () => {
  expect(coresOf("0-2,5")).toEqual([0, 1, 2, 5]);
  expect(coresOf("7")).toEqual([7]);
  expect(coresOf("")).toEqual([]);
});
