import { axesOf } from "../../src/schema/axis.ts";
import { expect, it } from "vitest";
import { expandStudy, orderTrials, searchedExperiments } from "../../src/design/index.ts";
import { estimateTime, plannedLoad } from "../../src/plan/estimate.ts";
import type { LedgerEntry } from "../../src/schema/trial-spec.ts";
import { searchedPlan } from "../support/searched-study.ts";
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
  const { fidelity } = plan.study;
  const past = { startupS: 30, loadS: 10, fidelity, purpose: "performance", status: "SCREENED" } as LedgerEntry;
  const alike = [past, { ...past, loadS: 20, startupS: null }];
  // What was measured otherwise, or is of no use, says nothing of how long a load takes.
  const others: Partial<LedgerEntry>[] = [
    { status: "FAILED" },
    { status: "INVALID" },
    { purpose: "accuracy" },
    { fidelity: "valid" },
  ];
  const trials = [...alike, ...others.map((other) => ({ ...past, ...other, loadS: 500, startupS: null }))];
  const estimate = estimateTime(plan, { trials });
  expect(estimate).toMatchObject({ startupS: 30 * plan.trials.length, loadS: 15 * plan.trials.length });
  expect(estimate.basis).toMatch(/mean of 1 past trial.*mean of 2 past trials/);
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
  expect(estimate.basis).toContain("1 trial of an open loop, 3.8 s by their rates");
});

it("takes an open loop for as long as its arrivals take at their rate, whatever trials of other rates took", () => {
  const open = makeStudy(
    { kind: "isolation", changes: [] },
    {
      repeats: 2,
      workloads: [makeWorkload({ scenario: "open", arrivals: { kind: "poisson" } })],
      sweep: axesOf({ "load.rate": [4, 64] }, "/sweep", () => "r"),
    },
  );
  const made = expandStudy(open);
  const trials = orderTrials(open, made);
  const estimate = estimateTime({ study: open, ...made, trials, diagnostics: [] }, { trials: [] });
  const ofRate = (rate: number) => trials.filter(({ experiment }) => experiment.endsWith(`·r${rate}`)).length;
  expect(ofRate(4)).toBeGreaterThan(0);
  // 512 requests at 64 a second take 8 s, and the study asks for 10 s as well.
  expect(estimate.loadS).toBe(ofRate(4) * (512 / 4) + ofRate(64) * 10);
  expect(estimate.basis).toContain(`${trials.length} trials of an open loop`);
});

/** Two rows from 4 requests a second, to within 25 %, 512 requests each. */
const searching = searchedPlan();
const past = { trials: [{ startupS: 30, loadS: 10 } as LedgerEntry] };

it("counts the trials of a search, by the most that it can take where its first rate holds", () => {
  const peak = { from: 4, to: 20, tolerance: 0.25, most: 12, share: 0.99, sustain: true };
  const estimate = estimateTime(searchedPlan({ peak }), past);
  // 4 holds, 8 breaks, 5.66 breaks, and 4.76 is within 25 % of 4: then twice 4, each row.
  const dearest = 512 / 4 + 512 / 8 + 512 / 5.66 + 512 / 4.76 + 2 * (512 / 4);
  expect(estimate.loadS).toBe(Math.round(2 * dearest));
  expect(estimate).toMatchObject({ launches: 2 * 3, trials: 2 * (4 + 2), startupS: 30 * 6 });
  expect(estimate.basis).toBe(
    "6 launches at 30.0 s (mean of 1 past trial) and 2 searched, in the longest case 8 probes, 4 sustained trials: " +
      `${(2 * dearest).toFixed(1)} s by their rates, more only where 4 a second breaks`,
  );
});

it("counts accuracy that follows the peak, and only the searches that are not done", () => {
  const accurate = searchedPlan({ accuracy: searching.study.workloads[0]! });
  const without = estimateTime(searching, past);
  const estimate = estimateTime(accurate, past);
  expect(estimate.trials).toBe(without.trials + 2);
  expect(estimate.loadS - without.loadS).toBe(2 * (512 / 4));
  expect(estimate.launches).toBe(without.launches);
  expect(estimate.basis).toContain("4 sustained trials, 2 of accuracy:");
  const [first] = searchedExperiments(accurate.study, accurate);
  expect(estimateTime(accurate, past, [], [first!]).loadS).toBe(estimate.loadS / 2);
  expect(estimateTime(accurate, past, [], [])).toMatchObject({ totalS: 0, trials: 0 });
});

it("sustains nothing where the search does not, and then launches once a row", () => {
  const peak = { ...searching.study.peak!, sustain: false };
  const estimate = estimateTime(searchedPlan({ peak }), past);
  expect(estimate.launches).toBe(2);
  expect(estimate.basis).toMatch(/in the longest case \d+ probes: /);
});

it("takes whole passes of the ruleset for the probes of a Server, however high their rates, in no time", () => {
  const ruleset = someRuleset({ equalIssue: true, minDurationMs: 600_000, minQueryCount: 10 });
  const workload = makeWorkload({ scenario: "server", ruleset, arrivals: { kind: "poisson" }, load: {} });
  const peak = { from: 4, to: null, tolerance: 0.25, most: 40, share: 0.99, sustain: false };
  const estimate = estimateTime(searchedPlan({ workloads: [workload], peak, fidelity: "valid" }), past);
  // The most probes: every one of forty doublings holds. At 4 and 8 a second 600 s are whole passes of 20.
  expect(estimate.trials).toBe(2 * 40);
  expect(estimate.loadS).toBeGreaterThanOrEqual(2 * 40 * 600);
  expect(estimate.loadS).toBeLessThan(2 * 40 * 600 + 2 * 40 * 5);
});

it("plans as many requests of an open loop as its rate gives in the seconds that are asked", () => {
  const counts = { ...makeWorkload().counts, screen: { requests: 1, seconds: 120 } };
  const open = { scenario: "open" as const, arrivals: { kind: "poisson" as const }, load: { rate: 6 }, counts };
  expect(plannedLoad(makeWorkload(open), "screen")).toEqual({ requests: 720, seconds: 120, isScheduled: true });
});
