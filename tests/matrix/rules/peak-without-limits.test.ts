import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "peak-without-limits";
const more = "peak: { from: 4 }";
const open = (members = "") =>
  `[{ workload: w, scenario: open, dataset: { kind: synthetic, profile: chat }${members} }]`;

describe("peak-without-limits", () => {
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
