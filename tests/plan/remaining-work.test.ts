import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { pastCounts, standingTrials } from "../../src/plan/remaining-work.ts";
import { unknownDevices, type LedgerEntry, type TrialSpec } from "../../src/schema/trial-spec.ts";
import { makeStudy } from "../support/make-study.ts";

const changes = ["a", "b"].map((id, place) => ({ id, label: id, set: { max_model_len: 100 + place }, pointer: "" }));
const study = makeStudy({ kind: "isolation", changes }, { order: "declared" });
const expansion = expandStudy(study);
const { experiments } = expansion;
const plan = { study, experiments, trials: orderTrials(study, expansion) };

const entry = (spec: TrialSpec, status: LedgerEntry["status"], attempt = 1): LedgerEntry => ({
  ...spec,
  attempt,
  status,
  devices: unknownDevices,
  startedAt: "2026-01-01T00:00:00Z",
  endedAt: "2026-01-01T00:00:00Z",
  loadS: null,
  startupS: null,
});

describe("what stands", () => {
  it("is the last attempt of each trial of the matrix that is not done again, and is counted", () => {
    const [first, second, third] = plan.trials as [TrialSpec, TrialSpec, TrialSpec];
    const trials = [
      entry(first, "FAILED"),
      entry(first, "SCREENED", 2),
      entry(second, "FAILED"),
      entry(third, "INVALID"),
      entry({ ...third, experimentId: "exp1_of_another_matrix" }, "FAILED"),
      entry({ ...third, fidelity: "smoke" }, "FAILED"),
    ];
    const standing = standingTrials(plan, { trials }, { trials: [second] });
    expect(standing.map(({ attempt, status }) => [attempt, status])).toEqual([
      [2, "SCREENED"],
      [1, "INVALID"],
    ]);
    expect(pastCounts(plan, standing)).toEqual({ valid: 0, screened: 1, invalid: 1, failed: 0, skipped: 0 });
  });
});
