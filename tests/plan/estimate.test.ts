import { describe, expect, it } from "vitest";
import { plannedSearch, plannedTraffic } from "../../src/plan/estimate.ts";
import { searchedPlan } from "../support/searched-study.ts";

describe("what is known of a plan", () => {
  it("has its searches with what follows them, and none where nothing is searched", () => {
    expect(plannedSearch(searchedPlan())).toEqual({ experiments: 2, sustained: 2, hasAccuracy: false });
    expect(plannedSearch(searchedPlan({ peak: null }))).toBeNull();
  });

  it("works the load of a workload out once", () => {
    const { experiments } = searchedPlan();
    const { loadOf, scheduleOf } = plannedTraffic("smoke");
    const { workload } = experiments[0]!;
    expect(loadOf(workload)).toBe(loadOf(workload));
    expect(scheduleOf(workload)).toBeNull();
  });
});
