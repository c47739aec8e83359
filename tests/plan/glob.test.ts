import { expect, it } from "vitest";
import { globMatcher } from "../../src/plan/glob.ts";

it.each([
  ["fp8*", "fp8·c4", true],
  ["*·c4", "fp8·c4", true],
  ["fp8", "fp8·c4", false],
  ["stk_0?_fp8", "stk_01_fp8", true],
  ["a.b", "axb", false],
  ["max_num_seqs=[1]", "max_num_seqs=[1]", true],
])("%s matches %s: %s", (pattern, name, expected) => {
  expect(globMatcher(pattern)(name)).toBe(expected);
});
