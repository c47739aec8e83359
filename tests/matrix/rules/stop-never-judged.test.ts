import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "stop-never-judged";
const workloads = (counts: string) =>
  `[{ workload: w, scenario: closed, dataset: { kind: synthetic, profile: chat }, counts: { screen: ${counts} } }]`;
const more = "sweep: { load.concurrency: [1, 4] }\nstop: { ttft_p99_ms: 5000, e2e_p50_ms: 9000, failed_share: 0.5 }";

describe("stop-never-judged", () => {
  it("warns of a percentile that a trial is too small to have", () => {
    const [problem, ...others] = found(code, { workloads: workloads("{ requests: 64, seconds: 0 }"), more });
    expect(problem).toMatchObject({
      severity: "warning",
      at: "ttft_p99_ms",
      message:
        "`ttft_p99_ms` never ends a curve of workload `w`: a trial has 64 requests at fidelity screen, and p99 needs 368",
      hint: "raise `counts.screen.requests` of the workload, or stop at a lower percentile (p50 needs 6)",
    });
    expect(others).toEqual([]);
  });

  it("takes enough requests, and a window that may have more", () => {
    for (const counts of ["{ requests: 368, seconds: 0 }", "{ requests: 64, seconds: 30 }"])
      expect(found(code, { workloads: workloads(counts), more })).toEqual([]);
  });
});
