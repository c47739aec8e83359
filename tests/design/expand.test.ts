import { describe, expect, it } from "vitest";
import { axesOf } from "../../src/schema/axis.ts";
import { shortNames } from "../../src/schema/knob.ts";
import { expandStudy } from "../../src/design/index.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";
import { fp8 } from "../support/some-changes.ts";

describe("sweep and workloads", () => {
  it("cross every row, and name the point and the workload", () => {
    const sweep = [...axesOf({ "load.concurrency": [1, 4] }, "", shortNames({}))];
    const workloads = [
      makeWorkload({ name: "a", scenario: "closed" }),
      makeWorkload({ name: "b", scenario: "closed", endpoint: "chat" }),
    ];
    const { experiments, baselines } = expandStudy(
      makeStudy({ kind: "isolation", changes: [fp8] }, { sweep, workloads }),
    );
    expect(experiments.map(({ labels }) => labels.name)).toEqual([
      "baseline@a·c1",
      "fp8@a·c1",
      "baseline@a·c4",
      "fp8@a·c4",
      "baseline@b·c1",
      "fp8@b·c1",
      "baseline@b·c4",
      "fp8@b·c4",
    ]);
    expect(baselines).toHaveLength(4);
    expect(experiments[2]?.workload.load.concurrency).toBe(4);
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(8);
    expect(new Set(experiments.map(({ configurationId }) => configurationId)).size).toBe(2);
  });
});
