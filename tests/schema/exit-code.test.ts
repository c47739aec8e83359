import { expect, it } from "vitest";
import { count, exitCodeOf, noTrials } from "../../src/schema/exit-code.ts";
import type { Status } from "../../src/schema/trial.ts";

it.each<[Status[], number]>([
  [["SCREENED", "VALID", "SKIPPED"], 0],
  [["SCREENED", "INVALID"], 4],
  [["INVALID", "FAILED", "VALID"], 3],
  [[], 0],
])("%j ends with exit code %i", (ended, code) => {
  const counts = noTrials();
  for (const status of ended) count(counts, status);
  expect(exitCodeOf(counts)).toBe(code);
  expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(ended.length);
});
