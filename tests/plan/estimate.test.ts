import { describe, expect, it } from "vitest";
import { plannedSearch, plannedTraffic } from "../../src/plan/estimate.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { searchedPlan } from "../support/searched-study.ts";

describe("what is known of a plan", () => {
  it("has its searches with what follows them, and none where nothing is searched", () => {
    expect(plannedSearch(searchedPlan())).toEqual({ experiments: 2, sustained: 2, hasAccuracy: false });
    expect(plannedSearch(searchedPlan({ peak: null }))).toBeNull();
  });

  it("has the length of a schedule whose rate changes, and none of a trace's", () => {
    const { workload } = searchedPlan().experiments[0]!;
    const { loadOf } = plannedTraffic("smoke");
    const counts = { ...workload.counts, smoke: { requests: 60, seconds: 0 } };
    const under = (arrivals: NonNullable<Workload["arrivals"]>, load: Workload["load"] = {}) =>
      loadOf({ ...workload, scenario: "open", ruleset: null, counts, arrivals, load });
    const steps = [
      { rate: 1, seconds: 30 },
      { rate: 10, seconds: 30 },
    ];
    expect(under({ kind: "steps", steps })).toEqual({ requests: 60, seconds: 32.9, isScheduled: true });
    expect(under({ kind: "ramp", to: 4, seconds: 10 }, { rate: 2 })).toMatchObject({
      isScheduled: true,
      seconds: 17.25,
    });
    expect(under({ kind: "trace", path: "t", format: "csv" })).toMatchObject({ isScheduled: false, seconds: 0 });
  });

  it("works the load of a workload out once", () => {
    const { experiments } = searchedPlan();
    const { loadOf, scheduleOf } = plannedTraffic("smoke");
    const { workload } = experiments[0]!;
    expect(loadOf(workload)).toBe(loadOf(workload));
    expect(scheduleOf(workload)).toBeNull();
  });
});
