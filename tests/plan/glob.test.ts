import { expect, it } from "vitest";
import { globMatcher } from "../../src/plan/glob.ts";

it.each([
  ["fp8*", "fp8@concurrency=4", true],
  ["*@concurrency=4", "fp8@concurrency=4", true],
  ["fp8", "fp8@concurrency=4", false],
  ["stk_0?_fp8", "stk_01_fp8", true],
  ["a.b", "axb", false],
  ["max_num_seqs=[1]", "max_num_seqs=[1]", true],
])("%s matches %s: %s", (pattern, name, expected) => {
  expect(globMatcher(pattern)(name)).toBe(expected);
});
