import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "closed-without-concurrency";
const closed = "[{ scenario: closed, dataset: { kind: synthetic, profile: chat } }]";

describe("closed-without-concurrency", () => {
  it("is an error at the scenario where nothing says how many", () => {
    const [one, ...others] = found(code, { workloads: closed });
    expect(one).toMatchObject({ severity: "error", at: "closed" });
    expect(one?.message).toContain("`workload-1` is a closed loop, and nothing sets its `load.concurrency`");
    expect(one?.hint).toContain("sweep: { load.concurrency:");
    expect(others).toEqual([]);
  });

  it("takes workload, baseline, rows and sweep for an answer", () => {
    const own = closed.replace("closed,", "closed, load: { concurrency: 4 },");
    expect(found(code, { workloads: own })).toEqual([]);
    expect(found(code, { workloads: closed, baseline: "{ knobs: { load.concurrency: 4 } }" })).toEqual([]);
    expect(found(code, { workloads: closed, more: "sweep: { load.concurrency: [1, 2] }" })).toEqual([]);
  });

  it("warns of the experiments that are left out where some row sets it", () => {
    const design = isolation("{ id: c8, set: { load.concurrency: 8 } }", "{ id: f16, set: { dtype: float16 } }");
    const [one] = found(code, { workloads: closed, design });
    expect(one).toMatchObject({ severity: "warning", at: "closed" });
    expect(one?.message).toContain("`baseline` (and 1 more) sets no `load.concurrency`");
  });

  it("leaves offline workloads and skipped rows alone", () => {
    expect(found(code, {})).toEqual([]);
    const design = isolation("{ id: off, set: { load.concurrency: null }, skip: later }");
    expect(found(code, { workloads: closed, design, baseline: "{ knobs: { load.concurrency: 4 } }" })).toEqual([]);
  });
});
