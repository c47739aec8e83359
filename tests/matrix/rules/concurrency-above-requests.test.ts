import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "concurrency-above-requests";
const closed = (load: string) =>
  `[{ scenario: closed, dataset: { kind: synthetic, profile: chat }, load: ${load}, counts: { smoke: { requests: 32 }, screen: { requests: 64 } } }]`;

describe("concurrency-above-requests", () => {
  it("warns at the workload's own concurrency", () => {
    const [one, ...others] = found(code, { workloads: closed("{ concurrency: 65 }") });
    expect(one).toMatchObject({ severity: "warning", at: "65" });
    expect(one?.message).toContain("sends 64 requests at fidelity screen");
    expect(one?.hint).toContain("counts.screen.requests");
    expect(others).toEqual([]);
    expect(found(code, { workloads: closed("{ concurrency: 64 }") })).toEqual([]);
  });

  it("is silent where the load goes on for some seconds, however many requests that takes", () => {
    const workloads = closed("{ concurrency: 65 }").replace("screen: { requests: 64 }", "screen: { seconds: 30 }");
    expect(found(code, { workloads })).toEqual([]);
  });

  it("judges by the fidelity that was chosen", () => {
    const workloads = closed("{ concurrency: 48 }");
    expect(found(code, { workloads })).toEqual([]);
    expect(found(code, { workloads }, { overrides: { fidelity: "smoke" } })).toHaveLength(1);
  });

  it("says each point of a sweep once, however many rows it crosses", () => {
    const more = "sweep: { load.concurrency: [8, 100, 200] }";
    expect(found(code, { workloads: closed("{ concurrency: 500 }"), more }).map(({ at }) => at)).toEqual([
      "100",
      "200",
    ]);
  });

  it("points into the row that sets it", () => {
    const design = isolation("{ id: c99, set: { load.concurrency: 99 } }");
    const [one, ...others] = found(code, { workloads: closed("{ concurrency: 8 }"), design });
    expect(one?.at).toBe("99");
    expect(others).toEqual([]);
  });

  it("leaves offline workloads alone", () => {
    expect(found(code, { more: "sweep: { load.concurrency: [5000] }" })).toEqual([]);
  });
});
