import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "open-without-rate";
const open = (more = "") => `[{ workload: w, scenario: open, dataset: { kind: synthetic, profile: chat }${more} }]`;

describe("open-without-rate", () => {
  it("is an error at the scenario where nothing says the rate", () => {
    const [one, ...others] = found(code, { workloads: open() });
    expect(one).toMatchObject({ severity: "error", at: "open" });
    expect(one?.message).toBe(
      "`baseline` (and 1 more) sets no `load.rate`, and the arrivals of workload `w` (poisson) need one",
    );
    expect(one?.hint).toContain("sweep: { load.rate:");
    expect(others).toEqual([]);
  });

  it("takes workload, baseline and sweep for an answer", () => {
    expect(found(code, { workloads: open(", load: { rate: 2.5 }") })).toEqual([]);
    expect(found(code, { workloads: open(), baseline: "{ knobs: { load.rate: 4 } }" })).toEqual([]);
    expect(found(code, { workloads: open(), more: "sweep: { load.rate: [1, 2] }" })).toEqual([]);
  });

  it("says nothing of a rate that could not be read, which has its diagnostic", () => {
    expect(found(code, { workloads: open(", load: { rate: inf }") })).toEqual([]);
    expect(found("wrong-type", { workloads: open(", load: { rate: inf }") })).toHaveLength(1);
  });

  it("wants none of what a search for the peak brings rates to, and one of a ramp, which it does not search", () => {
    const more = "peak: { from: 4 }";
    expect(found(code, { workloads: open(), more })).toEqual([]);
    expect(found(code, { workloads: open(", arrivals: { kind: ramp, to: 9, seconds: 9 }"), more })).toHaveLength(1);
  });

  it("is an error too where one row sets it and the others do not", () => {
    const design = isolation("{ id: r8, set: { load.rate: 8 } }");
    expect(found(code, { workloads: open(), design })[0]?.message).toMatch(/^`baseline` sets no/);
  });

  it("wants none for steps and traces, nor of other scenarios and skipped rows", () => {
    expect(found(code, { workloads: open(", arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }") })).toEqual(
      [],
    );
    const trace = ", arrivals: { kind: trace, path: t.csv, format: csv }";
    expect(found(code, { workloads: open(trace) })).toEqual([]);
    expect(found(code, { workloads: open(", arrivals: { kind: ramp, to: 9, seconds: 9 }") })).toHaveLength(1);
    expect(found(code, {})).toEqual([]);
    const design = isolation("{ id: off, set: { load.rate: null }, skip: later }");
    expect(found(code, { workloads: open(), design, baseline: "{ knobs: { load.rate: 4 } }" })).toEqual([]);
  });

  it("leaves a rate that is none to the diagnostic of its own", () => {
    const workloads = "[{ scenario: open, dataset: { kind: synthetic }, load: { rate: inf } }]";
    expect(found(code, { workloads })).toEqual([]);
  });
});
