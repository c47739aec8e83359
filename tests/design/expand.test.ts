import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";
import { fp8 } from "../support/some-changes.ts";

describe("sweep and workloads", () => {
  it("cross every row, and name the point and the workload", () => {
    const sweep = [{ knob: "load.concurrency", values: [1, 4], pointer: "" }];
    const workloads = [
      makeWorkload({ name: "a", scenario: "closed" }),
      makeWorkload({ name: "b", scenario: "closed", endpoint: "chat" }),
    ];
    const { experiments, baselines } = expandStudy(
      makeStudy({ kind: "isolation", changes: [fp8] }, { sweep, workloads }),
    );
    expect(experiments.map(({ labels }) => labels.name)).toEqual([
      "baseline@a@concurrency=1",
      "fp8@a@concurrency=1",
      "baseline@a@concurrency=4",
      "fp8@a@concurrency=4",
      "baseline@b@concurrency=1",
      "fp8@b@concurrency=1",
      "baseline@b@concurrency=4",
      "fp8@b@concurrency=4",
    ]);
    expect(baselines).toHaveLength(4);
    expect(experiments[2]?.workload.load.concurrency).toBe(4);
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(8);
    expect(new Set(experiments.map(({ configurationId }) => configurationId)).size).toBe(2);
  });
});
