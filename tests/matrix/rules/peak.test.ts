import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

describe("peak-without-open", () => {
  const code = "peak-without-open";
  const more = "peak: { from: 4 }";
  const one = (members: string) => `{ dataset: { kind: synthetic, profile: chat }, ${members} }`;

  it("is an error where no workload has a rate to search for", () => {
    const workloads = `[${one("workload: w, scenario: closed, load: { concurrency: 4 }")}]`;
    const [problem, ...others] = found(code, { workloads, more });
    expect(problem).toMatchObject({
      severity: "error",
      at: "peak",
      message: "`peak` searches for the highest rate of an open loop, and no workload is one: `w` is closed",
    });
    expect(problem?.hint).toContain("scenario: open");
    expect(others).toEqual([]);
  });

  it("takes arrivals that bring rates of their own for none", () => {
    const workloads = `[${one("workload: w, scenario: open, arrivals: { kind: ramp, to: 9, seconds: 9 }, load: { rate: 1 }")}]`;
    expect(found(code, { workloads, more })[0]?.message).toMatch(/`w` is open with arrivals of kind ramp$/);
  });

  it("wants one workload that has a rate, and nothing without a search", () => {
    const workloads = `[${one("workload: w, scenario: closed, load: { concurrency: 4 }")}, ${one("workload: o, scenario: open")}]`;
    expect(found(code, { workloads, more })).toEqual([]);
    expect(found(code, {})).toEqual([]);
  });
});

describe("peak-without-limits", () => {
  const code = "peak-without-limits";
  const more = "peak: { from: 4 }";
  const open = (members = "") =>
    `[{ workload: w, scenario: open, dataset: { kind: synthetic, profile: chat }${members} }]`;

  it("is an error where nothing says when a rate holds", () => {
    const [one, ...others] = found(code, { workloads: open(), more });
    expect(one).toMatchObject({
      severity: "error",
      message: "`peak` searches for the highest rate that `w` holds, and no limit says when it does",
    });
    expect(one?.hint).toContain("slo: { ttft_ms: 500");
    expect(others).toEqual([]);
    expect(found(code, { workloads: open(", slo: {}"), more })).toHaveLength(1);
    expect(found(code, { workloads: open(", classes: [{ name: a }, { name: b, slo: {} }]"), more })).toHaveLength(1);
  });

  it("says nothing where the limits that are written were left out", () => {
    expect(found(code, { workloads: open(", slo: { p99_ttft_ms: 500 }"), more })).toEqual([]);
  });

  it("takes the limits of the workload, of one class, of a template and of a ruleset for an answer", () => {
    expect(found(code, { workloads: open(", slo: { e2e_ms: 9 }"), more })).toEqual([]);
    expect(
      found(code, { workloads: open(", classes: [{ name: a }, { name: b, slo: { ttft_ms: 9 } }]"), more }),
    ).toEqual([]);
    expect(found(code, { workloads: open(", slo: us.fast"), more })).toEqual([]);
    const workloads = "[{ ruleset: mini/tiny, scenario: server, dataset: { kind: synthetic, profile: chat } }]";
    expect(found(code, { workloads, more })).toEqual([]);
  });

  it("adds nothing to a template that is not there, and asks nothing without a search or an open loop", () => {
    expect(found(code, { workloads: open(", slo: no.such"), more })).toEqual([]);
    expect(found(code, { workloads: open(", load: { rate: 1 }") })).toEqual([]);
    const closed = "{ scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, profile: chat } }";
    const both = `${open(", slo: { ttft_ms: 9 }").slice(0, -1)}, ${closed}]`;
    expect(found(code, { workloads: both, more })).toEqual([]);
  });
});

describe("peak-and-rate", () => {
  const code = "peak-and-rate";
  const workloads =
    "[{ workload: w, scenario: open, slo: { ttft_ms: 9 }, dataset: { kind: synthetic, profile: chat } }]";
  const peak = "peak: { from: 4 }";

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

describe("peak-bounds", () => {
  const code = "peak-bounds";

  it("is an error where a search would begin above its bound", () => {
    const [one, ...others] = found(code, { more: "peak: { from: 16, to: 8 }" });
    expect(one).toMatchObject({
      severity: "error",
      at: "8",
      message: "the search begins at 16 requests a second, and may try 8 at most",
    });
    expect(others).toEqual([]);
  });

  it("lets a search be that begins at its bound, that has none, or that is not there", () => {
    for (const more of ["peak: { from: 8, to: 8 }", "peak: { from: 8 }", ""]) expect(found(code, { more })).toEqual([]);
  });
});
