import { expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { estimateTime } from "../../src/run/estimate.ts";
import type { LedgerEntry } from "../../src/schema/trial-spec.ts";
import { makeStudy } from "../support/make-study.ts";

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
