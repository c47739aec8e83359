import { expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { estimateTime } from "../../src/run/estimate.ts";
import type { LedgerEntry } from "../../src/schema/trial-spec.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";
import { someRuleset } from "../support/rulesets.ts";

const study = makeStudy({
  kind: "isolation",
  changes: [{ id: "a", label: "a", set: { max_model_len: 1 }, pointer: "" }],
});
const expansion = expandStudy(study);
const plan = { study, ...expansion, trials: orderTrials(study, expansion), diagnostics: [] };

it("says that it guesses where there is no past, and takes no load for shorter than its fidelity asks", () => {
  const estimate = estimateTime({ ...plan, study: { ...study, fidelity: "valid" } }, { trials: [] });
  expect(estimate.basis).toMatch(/guess/);
  expect(estimate.loadS).toBe(600 * plan.trials.length);
  expect(estimate.launches).toBe(plan.trials.length);
});

it("takes the means of past trials", () => {
  const past = { startupS: 30, loadS: 10 } as LedgerEntry;
  const estimate = estimateTime(plan, { trials: [past, { ...past, loadS: 20, startupS: null }] });
  expect(estimate).toMatchObject({ startupS: 30 * plan.trials.length, loadS: 15 * plan.trials.length });
  expect(estimate.basis).toMatch(/mean of 1 past trials.*mean of 2 past trials/);
});

it("takes a Server run for as long as LoadGen's schedule, of whole passes", () => {
  const ruleset = someRuleset({ equalIssue: true });
  const workload = makeWorkload({ scenario: "server", ruleset, arrivals: { kind: "poisson" }, load: { rate: 5 } });
  const served = makeStudy(
    { kind: "isolation", changes: [] },
    { workloads: [workload], fidelity: "valid", repeats: 1 },
  );
  const made = expandStudy(served);
  const trials = orderTrials(served, made);
  const estimate = estimateTime({ study: served, ...made, trials, diagnostics: [] }, { trials: [] });
  // A pass of 20 queries at 5 a second.
  expect(estimate.basis).toContain("1 trials of an open loop, 3.8 s by their rates");
});

it("takes an open loop for as long as its arrivals take at their rate, whatever trials of other rates took", () => {
  const open = makeStudy(
    { kind: "isolation", changes: [] },
    {
      repeats: 2,
      workloads: [makeWorkload({ scenario: "open", arrivals: { kind: "poisson" } })],
      sweep: [{ knob: "load.rate", values: [4, 64], pointer: "/sweep" }],
    },
  );
  const made = expandStudy(open);
  const trials = orderTrials(open, made);
  const estimate = estimateTime({ study: open, ...made, trials, diagnostics: [] }, { trials: [] });
  const ofRate = (rate: number) => trials.filter(({ experiment }) => experiment.endsWith(`rate=${rate}`)).length;
  expect(ofRate(4)).toBeGreaterThan(0);
  expect(estimate.loadS).toBe(ofRate(4) * (512 / 4) + ofRate(64) * (512 / 64));
  expect(estimate.basis).toContain(`${trials.length} trials of an open loop`);
});
