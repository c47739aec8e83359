import { expect, test, vi } from "vitest";
import { onceEach } from "../../src/schema/once-each.ts";

test("computes the value of a key once, also where it is null", () => {
  const compute = vi.fn<(key: string) => number | null>((key) => (key === "" ? null : key.length));
  const lengthOf = onceEach(compute);
  expect(["four", "", "four", ""].map(lengthOf)).toEqual([4, null, 4, null]);
  expect(compute.mock.calls).toEqual([["four"], [""]]);
});

test("keeps values where it is told to", () => {
  const [key, kept] = [{}, new WeakMap<object, object>()];
  const copyOf = onceEach((one: object) => ({ ...one }), kept);
  expect(copyOf(key)).toBe(kept.get(key));
});
