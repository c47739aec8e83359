import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

describe("workers-with-cap", () => {
  const code = "workers-with-cap";
  const open = (load: string) =>
    `[{ workload: w, scenario: open, load: ${load}, dataset: { kind: synthetic, profile: chat } }]`;

  it("is an error at the workers of an open loop with a cap", () => {
    const [one, ...others] = found(code, { workloads: open("{ rate: 4, max_in_flight: 24, workers: 2 }") });
    expect(one).toMatchObject({
      severity: "error",
      at: "workers",
      message: "`w` keeps at most `load.max_in_flight` requests open, which 2 workers cannot count together",
    });
    expect(others).toEqual([]);
  });

  it("lets each be without the other", () => {
    expect(found(code, { workloads: open("{ rate: 4, max_in_flight: 24 }") })).toEqual([]);
    expect(found(code, { workloads: open("{ rate: 4, workers: 2 }") })).toEqual([]);
  });
});

describe("workers-with-chunks", () => {
  const code = "workers-with-chunks";
  const offline = (load: string) => `[{ workload: w, load: ${load}, dataset: { kind: synthetic, profile: chat } }]`;

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

describe("workers-with-queries", () => {
  const code = "workers-with-queries";
  const stream = (scenario: string, workers: number) =>
    `[{ workload: w, ruleset: mini/tiny, scenario: ${scenario}, load: { workers: ${workers} }, dataset: { kind: synthetic, profile: chat } }]`;

  it.each(["single_stream", "multi_stream"])("is an error at the workers of %s", (scenario) => {
    const [one, ...others] = found(code, { workloads: stream(scenario, 2) });
    expect(one).toMatchObject({ severity: "error", at: "workers" });
    expect(one?.message).toBe(
      `a query of \`w\` (${scenario}) is sent when the one before it has ended, which 2 workers cannot coordinate`,
    );
    expect(others).toEqual([]);
  });

  it("lets one worker be, and other scenarios", () => {
    expect(found(code, { workloads: stream("multi_stream", 1) })).toEqual([]);
    expect(found(code, { workloads: stream("offline", 2) })).toEqual([]);
  });
});
