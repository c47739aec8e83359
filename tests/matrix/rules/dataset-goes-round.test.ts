import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "dataset-goes-round";
const workload = (more: string) =>
  `[{ scenario: closed, dataset: { kind: cnn-dailymail }, load: { concurrency: 8 }, counts: { smoke: { requests: 100 }, screen: { requests: 900 } }, ${more} }]`;

describe("dataset-goes-round", () => {
  it("warns where fewer prompts than requests meet a prefix cache, and says how often they go round", () => {
    const [one, ...others] = found(code, { workloads: workload("selection: { first: 160 }") });
    expect(one).toMatchObject({ severity: "warning" });
    expect(one?.message).toContain("900 requests of 160 prompts, each 5.6 times");
    expect(others).toEqual([]);
  });

  it("judges by the fidelity that was chosen", () => {
    const workloads = workload("selection: { first: 160 }");
    expect(found(code, { workloads }, { overrides: { fidelity: "smoke" } })).toEqual([]);
  });

  it("has nothing against enough prompts, prompts made unique, or a cache that is off", () => {
    expect(found(code, { workloads: workload("selection: { first: 900 }") })).toEqual([]);
    expect(found(code, { workloads: workload("selection: { first: 160 }, unique: true") })).toEqual([]);
    const baseline = "{ knobs: { max_num_seqs: 16, enable_prefix_caching: false } }";
    expect(found(code, { baseline, workloads: workload("selection: { first: 160 }") })).toEqual([]);
  });
});
