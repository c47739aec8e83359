import { expect, it } from "vitest";
import { trialsOf } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

it("gives an experiment's trials in their order, of each list of trials its own", () => {
  const [one, other] = [fakeExperiment("a", 0, {}), fakeExperiment("b", 1, { x: 1 })];
  const trials = [fakeTrial(one, { replicate: 2 }), fakeTrial(other), fakeTrial(one, { replicate: 1 })];
  expect(trialsOf(trials, one.id)).toEqual([trials[0], trials[2]]);
  expect(trialsOf(trials.slice(1), one.id)).toEqual([trials[2]]);
  expect(trialsOf(trials, "exp1_none")).toEqual([]);
  expect(trialsOf(trials, undefined)).toEqual([]);
});
