import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "curve-without-load";
const parts = {
  design: "{ kind: curve }",
  workloads:
    "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, profile: chat } }]",
};

describe("curve-without-load", () => {
  it("warns where no load is swept", () => {
    for (const more of ["", "sweep: { dataset.input_tokens: [128, 256] }"]) {
      const [problem, ...others] = found(code, { ...parts, more });
      expect(problem).toMatchObject({
        severity: "warning",
        hint: expect.stringContaining("sweep: { load.concurrency"),
      });
      expect(others).toEqual([]);
    }
  });

  it("takes a swept load, of a workload's own too, and says nothing of other designs", () => {
    expect(found(code, { ...parts, more: "sweep: { load.concurrency: [1, 4] }" })).toEqual([]);
    const workloads = parts.workloads.replace("workload: w", "workload: w, sweep: { load.concurrency: [1, 4] }");
    expect(found(code, { ...parts, workloads })).toEqual([]);
    expect(found(code, { workloads: parts.workloads })).toEqual([]);
  });
});
