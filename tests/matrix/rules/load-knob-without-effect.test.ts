import { describe, expect, it } from "vitest";
import { combination, found, isolation } from "../study-fixture.ts";

const code = "load-knob-without-effect";
const workload = (scenario: string, load: string, name = "w") =>
  `{ workload: ${name}, scenario: ${scenario}, dataset: { kind: synthetic, profile: chat }, load: ${load} }`;

describe("load-knob-without-effect", () => {
  it("warns of a concurrency on an offline workload, wherever it is set", () => {
    const design = isolation("{ id: c4, set: { load.concurrency: 4 } }");
    const [one, ...others] = found(code, { workloads: `[${workload("offline", "{}")}]`, design });
    expect(one).toMatchObject({ severity: "warning", at: "load.concurrency" });
    expect(one?.message).toBe("`load.concurrency` does nothing for `w`: the scenario is offline");
    expect(one?.hint).toContain("`scenario: closed`");
    expect(others).toEqual([]);
    expect(found(code, { baseline: "{ knobs: { load.concurrency: 4 } }" })).toHaveLength(1);
    expect(found(code, { more: "sweep: { load.concurrency: [1, 2] }" })).toHaveLength(1);
  });

  it("asks an axis of a workload's own of no other", () => {
    const open = workload("open", "{ rate: 1 }", "online");
    const swept = `${open.slice(0, -2)}, sweep: { load.rate: [1, 2] } }`;
    expect(found(code, { workloads: `[${swept}, ${workload("offline", "{}", "batch")}]` })).toEqual([]);
    expect(
      found(code, {
        workloads: `[${open}, ${workload("offline", "{}", "batch")}]`,
        more: "sweep: { load.rate: [1, 2] }",
      }),
    ).toHaveLength(1);
  });

  it("warns of a rate that arrivals with their own do not read, and of an expectation that sizes nothing", () => {
    const steps = workload("open", "{}").replace(
      "scenario",
      "arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }, scenario",
    );
    const [rate, ...others] = found(code, { workloads: `[${steps}]`, baseline: "{ knobs: { load.rate: 4 } }" });
    expect(rate?.message).toBe("`load.rate` does nothing for `w`: its steps arrivals have their own rates");
    expect(others).toEqual([]);
    const [expected] = found(code, { baseline: "{ knobs: { load.expected_rate: 4 } }" });
    expect(expected?.message).toContain("it has no ruleset, and asks what its counts say");
  });

  it("is an error of an axis, whose points would all be the same, unless it is narrowed or excluded", () => {
    const online = workload("open", "{ rate: 2 }", "online");
    const batch = workload("offline", "{}", "batch");
    const more = "sweep: { load.rate: [1, 2, 4] }";
    const [one, ...others] = found(code, { workloads: `[${online}, ${batch}]`, more });
    expect(one).toMatchObject({ severity: "error", at: "load.rate" });
    expect(one?.message).toBe("`load.rate` does nothing for `batch`: the scenario is offline");
    expect(one?.hint).toContain("`sweep: { load.rate: … }` in `online`");
    expect(others).toEqual([]);
    const design = "{ kind: combination, factors: { load.rate: [1, 2] } }";
    expect(found(code, { workloads: `[${batch}]`, design })).toMatchObject([{ severity: "error" }]);

    const of = (own: string) => `[${online.replace("workload:", `${own} workload:`)}, ${batch}]`;
    expect(found(code, { workloads: of("sweep: { load.rate: [1, 2, 4] },") })).toEqual([]);
    const narrowed = batch.replace("workload:", "sweep: { load.rate: [1] }, workload:");
    expect(found(code, { workloads: `[${online}, ${narrowed}]`, more })).toEqual([]);
    const exclude = "exclude: [{ workload: batch, load.rate: [2, 4] }]";
    expect(found(code, { workloads: `[${online}, ${batch}]`, more: `${more}\n${exclude}` })).toMatchObject([
      { severity: "warning" },
    ]);
  });

  it("names the workloads that do not read it, and no others", () => {
    const workloads = `[${workload("offline", "{}", "batch")}, ${workload("closed", "{ concurrency: 2 }", "chat")}]`;
    const [one, ...others] = found(code, { workloads, more: "sweep: { load.concurrency: [1, 2] }" });
    expect(one?.message).toContain("does nothing for `batch`:");
    expect(others).toEqual([]);
  });

  it("leaves what is read alone, and what is only excluded", () => {
    const baseline = "{ knobs: { load.batch_size: 4, load.barrier: false } }";
    expect(found(code, { workloads: `[${workload("offline", "{}")}]`, baseline })).toEqual([]);
    expect(found(code, { design: combination("{ load.concurrency: 4 }") })).toEqual([]);
  });
});
