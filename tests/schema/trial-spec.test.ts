import { expect, it } from "vitest";
import { lastAttempts } from "../../src/schema/trial-spec.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

it("leaves out what was tried again, and takes purposes and replicates for others", () => {
  const row = fakeExperiment("baseline", 0, {});
  const trials = [
    fakeTrial(row, { attempt: 2, purpose: "probe" }),
    fakeTrial(row, { attempt: 1, purpose: "probe" }),
    fakeTrial(row, { attempt: 1 }),
    fakeTrial(row, { attempt: 1, replicate: 2 }),
    fakeTrial(row, { attempt: 1, purpose: "probe", fidelity: "smoke" }),
  ];
  expect(lastAttempts(trials, ({ spec }) => spec)).toEqual([trials[0], ...trials.slice(2)]);
});
