import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "peak-with-workers";
const more = "peak: { from: 4 }";
const open = (load = "{}") =>
  `[{ workload: w, scenario: open, slo: { ttft_ms: 9 }, load: ${load}, dataset: { kind: synthetic, profile: chat } }]`;

describe("peak-with-workers", () => {
  it("says at the workers that probes will run their whole schedule", () => {
    const [one, ...others] = found(code, { workloads: open("{ workers: 3 }"), more });
    expect(one).toMatchObject({ severity: "info", at: "workers" });
    expect(one?.message).toBe(
      "the probes of `w` run their whole schedule: with 3 workers none is given up when its tail is spent",
    );
    expect(others).toEqual([]);
  });

  it("finds them where a row sets them", () => {
    const design = isolation("{ id: two, set: { load.workers: 2 } }");
    expect(found(code, { workloads: open(), design, more })).toMatchObject([{ at: "load.workers" }]);
  });

  it("says nothing of one worker, nor without a search", () => {
    expect(found(code, { workloads: open("{ workers: 1 }"), more })).toEqual([]);
    expect(found(code, { workloads: open("{ workers: 3, rate: 4 }") })).toEqual([]);
  });
});
