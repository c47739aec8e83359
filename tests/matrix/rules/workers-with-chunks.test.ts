import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "workers-with-chunks";
const offline = (load: string) => `[{ workload: w, load: ${load}, dataset: { kind: synthetic, profile: chat } }]`;

describe("workers-with-chunks", () => {
  it("is an error at the workers of a workload that sends chunks", () => {
    const [one, ...others] = found(code, { workloads: offline("{ batch_size: 4, workers: 2 }") });
    expect(one).toMatchObject({
      severity: "error",
      at: "workers",
      message: "`w` sends chunks of `load.batch_size` one after the other, which 2 workers cannot do together",
    });
    expect(others).toEqual([]);
  });

  it("finds the two where rows and sweep bring them together", () => {
    const design = isolation("{ id: chunks, set: { load.batch_size: 4 } }");
    const parts = { workloads: offline("{}"), design, more: "sweep: { load.workers: [1, 2] }" };
    expect(found(code, parts)).toMatchObject([{ at: "load.workers" }]);
  });

  it("finds them in the workload that is scored", () => {
    const accuracy = "{ dataset: { kind: cnn-dailymail }, load: { batch_size: 4, workers: 2 } }";
    expect(found(code, { more: `accuracy: ${accuracy}` })).toMatchObject([{ at: "workers" }]);
  });

  it("lets each be without the other, and rows that are skipped", () => {
    expect(found(code, { workloads: offline("{ batch_size: 4, workers: 1 }") })).toEqual([]);
    expect(found(code, { workloads: offline("{ max_in_flight: 4, workers: 2 }") })).toEqual([]);
    const design = isolation("{ id: chunks, set: { load.batch_size: 4 }, skip: later }");
    expect(found(code, { workloads: offline("{ workers: 2 }"), design })).toEqual([]);
  });
});
