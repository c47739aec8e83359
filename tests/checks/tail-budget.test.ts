import { expect, it } from "vitest";
import { checkOf, input, seen } from "../support/judged-trials.ts";

const gaveUp = { missed: 3, allowed: 2, atNs: 2.67e9, lastDueNs: 6.21e9 };

it("fails a load that was given up, with what was missed, what may be, and what was not run", () => {
  const check = checkOf("tail-budget", { observation: seen(200, 0, { gaveUp }) });
  expect(check).toMatchObject({ status: "fail", value: 3, limit: 2, margin: -1, unit: "1" });
  expect(check?.message).toBe(
    "3 requests had missed a limit after 2.67 s, and at most 2 of the schedule may: given up 3.54 s before its end",
  );
  expect(check?.remedy).toMatch(/lower rate comes next/);
});

it("names no seconds that were saved where all of the schedule was sent", () => {
  const check = checkOf("tail-budget", { observation: seen(200, 0, { gaveUp: { ...gaveUp, lastDueNs: 1e9 } }) });
  expect(check?.message).toMatch(/may: given up when all of it was sent$/);
});

it("is none of a load that ran to its end, or that never was", () => {
  expect(checkOf("tail-budget", {})).toBeUndefined();
  expect(checkOf("tail-budget", { ...input(), observation: null })).toBeUndefined();
});
