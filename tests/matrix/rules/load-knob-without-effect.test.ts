import { describe, expect, it } from "vitest";
import { combination, found, isolation } from "../study-fixture.ts";

const code = "load-knob-without-effect";
const workload = (scenario: string, load: string, name = "w") =>
  `{ workload: ${name}, scenario: ${scenario}, dataset: { kind: synthetic, profile: chat }, load: ${load} }`;

describe("load-knob-without-effect", () => {
  it("warns of a concurrency on an offline workload, wherever it is set", () => {
    const [one, ...others] = found(code, { workloads: `[${workload("offline", "{ concurrency: 4 }")}]` });
    expect(one).toMatchObject({ severity: "warning", at: "concurrency" });
    expect(one?.message).toBe("`load.concurrency` does nothing for `w`: the scenario is offline");
    expect(one?.hint).toContain("`scenario: closed`");
    expect(others).toEqual([]);
    const design = isolation("{ id: c4, set: { load.concurrency: 4 } }");
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["load.concurrency"]);
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

  it("warns of client chunks and of max_in_flight on a closed loop", () => {
    const load = "{ concurrency: 4, batch_size: 8, barrier: false, max_in_flight: 16, order: shuffled }";
    const all = found(code, { workloads: `[${workload("closed", load)}]` });
    expect(all.map(({ at }) => at)).toEqual(["batch_size", "barrier", "max_in_flight"]);
    expect(all[0]?.hint).toContain("`scenario: offline`");
  });

  it("warns of a rate that no schedule is made from", () => {
    const closed = `[${workload("closed", "{ concurrency: 4, rate: 2 }")}]`;
    expect(found(code, { workloads: closed }).map(({ at }) => at)).toEqual(["rate"]);
    const open = (arrivals: string) =>
      `[${workload("open", "{ rate: 2 }").replace("scenario", `arrivals: ${arrivals}, scenario`)}]`;
    expect(found(code, { workloads: open("{ kind: constant }") })).toEqual([]);
    const [steps, ...others] = found(code, { workloads: open("{ kind: steps, steps: [{ rate: 1, seconds: 9 }] }") });
    expect(steps?.message).toBe("`load.rate` does nothing for `w`: its steps arrivals have their own rates");
    expect(steps?.hint).toContain("constant, poisson, gamma, ramp");
    expect(others).toEqual([]);
  });

  it("warns of an expectation that sizes nothing, and of an order where LoadGen hands over one sample at a time", () => {
    const ruled = (scenario: string, load: string) =>
      `[${workload(scenario, load).replace("scenario", "ruleset: mini/tiny, scenario")}]`;
    const at = (workloads: string) => found(code, { workloads }).map((one) => one.at);
    expect(at(`[${workload("offline", "{ expected_rate: 4 }")}]`)).toEqual(["expected_rate"]);
    expect(at(ruled("offline", "{ expected_rate: 4, order: shuffled }"))).toEqual([]);
    expect(at(ruled("single_stream", "{ expected_rate: 4, rate: 1 }"))).toEqual(["rate"]);
    expect(at(ruled("server", "{ rate: 4, order: shuffled, expected_rate: 4 }"))).toEqual(["order", "expected_rate"]);
    expect(at(ruled("server", "{ rate: 4 }"))).toEqual([]);
  });

  it("warns of a concurrency in an open loop", () => {
    const [one] = found(code, { workloads: `[${workload("open", "{ rate: 2, concurrency: 4 }")}]` });
    expect(one).toMatchObject({ at: "concurrency", hint: expect.stringContaining("`load.rate`") as string });
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
    expect(found(code, { workloads: `[${workload("offline", "{ batch_size: 4, barrier: false }")}]` })).toEqual([]);
    expect(found(code, { design: combination("{ load.concurrency: 4 }") })).toEqual([]);
  });
});
