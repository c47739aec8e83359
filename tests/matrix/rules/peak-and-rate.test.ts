import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "peak-and-rate";
const workloads = "[{ workload: w, scenario: open, slo: { ttft_ms: 9 }, dataset: { kind: synthetic, profile: chat } }]";
const peak = "peak: { from: 4 }";

describe("peak-and-rate", () => {
  it("is an error at a sweep of the rate that is searched for", () => {
    const [one, ...others] = found(code, { workloads, more: `${peak}\nsweep: { load.rate: [1, 2] }` });
    expect(one).toMatchObject({
      severity: "error",
      at: "load.rate",
      message: "`load.rate` is set here, and `peak` searches for it: both bring the rates",
    });
    expect(one?.hint).toContain("leave out one of the two");
    expect(others).toEqual([]);
  });

  it("is an error at a row that sets it", () => {
    const design = isolation("{ id: r8, set: { load.rate: 8 } }");
    expect(found(code, { workloads, design, more: peak })).toMatchObject([{ at: "load.rate" }]);
  });

  it("lets a search and a sweep be, each on its own, a sweep of something else, and a rate that the search replaces", () => {
    expect(found(code, { workloads, more: "sweep: { load.rate: [1, 2] }" })).toEqual([]);
    expect(found(code, { workloads, more: `${peak}\nsweep: { load.order: [declared, shuffled] }` })).toEqual([]);
    expect(found(code, { workloads, more: peak, baseline: "{ knobs: { load.rate: 2 } }" })).toEqual([]);
  });
});
