import { expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { Observation } from "../../src/schema/observation.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";

function saved(gaveUp: Observation["gaveUp"]) {
  const observation = observationOf([{ sentMs: 0, tokensMs: [10] }], { gaveUp });
  return measure({ observation, workload: someWorkload() }).find(({ metric }) => metric === "schedule_saved");
}

it("is what was left of the schedule when a load was given up, in seconds", () => {
  expect(saved({ missed: 3, allowed: 2, atNs: 2e9, lastDueNs: 6.5e9 })).toMatchObject({
    value: 4.5,
    unit: "s",
    why: null,
  });
});

it("is nothing where the last request was sent before, and null of a load that ran to its end", () => {
  expect(saved({ missed: 3, allowed: 2, atNs: 7e9, lastDueNs: 6.5e9 })?.value).toBe(0);
  expect(saved(null)).toMatchObject({ value: null, why: "the trial ran its whole schedule", n: 0 });
});
