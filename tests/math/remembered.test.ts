import { expect, it, vi } from "vitest";
import { remembered } from "../../src/math/remembered.ts";

it("works out each answer once, whatever the order of its numbers", () => {
  const dear = vi.fn<(left: number, right: number) => number>((left, right) => left - right);
  const known = remembered(dear);
  expect([known(1, 2), known(2, 1), known(1, 2), known(1, -0.5)]).toEqual([-1, 1, -1, 1.5]);
  expect(dear).toHaveBeenCalledTimes(3);
});

it("forgets in time", () => {
  const dear = vi.fn<(one: number) => number>((one) => one);
  const known = remembered(dear);
  for (let one = 0; one < 10_001; one += 1) known(one);
  known(10_000);
  expect(dear).toHaveBeenCalledTimes(10_001);
  known(0);
  expect(dear).toHaveBeenCalledTimes(10_002);
});
