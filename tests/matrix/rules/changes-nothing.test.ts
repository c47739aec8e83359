import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "changes-nothing";

describe("changes-nothing", () => {
  it("finds the baseline's value", () => {
    const [one] = found(code, { design: isolation("{ id: a, set: { max_num_seqs: 16 } }") });
    expect(one).toMatchObject({ severity: "error", at: "max_num_seqs" });
    expect(one?.message).toContain("baseline `baseline` has it already");
  });

  it("finds the engine's default where nothing sets the knob", () => {
    const [one] = found(code, { design: isolation("{ id: a, set: { enable_prefix_caching: true } }") });
    expect(one?.message).toContain("pocket 0.32.0 does that when it is not set");
    expect(one?.hint).toContain("baseline `baseline` is that row");
    expect(one?.hint).toContain("write `enable_prefix_caching: true` into `baseline.knobs`, and take this row out");
  });

  it("finds the workload's own load", () => {
    const workloads = "[{ dataset: { kind: synthetic, profile: chat }, load: { batch_size: 8 } }]";
    const [one] = found(code, { workloads, design: isolation("{ id: a, set: { load.batch_size: 8 } }") });
    expect(one?.message).toContain("the workload does that");
  });

  it("finds a row that sets nothing", () => {
    expect(found(code, { design: isolation("{ id: a, set: {} }") })[0]).toMatchObject({ at: "set" });
  });

  it("leaves real changes, unknown defaults and skipped rows alone", () => {
    const rows = ["{ id: a, set: { max_num_seqs: 256 } }", "{ id: b, set: { quantization: fp8 } }"];
    const skipped = '{ id: c, set: { max_num_seqs: 16 }, skip: "the default today" }';
    expect(found(code, { design: isolation(...rows, skipped) })).toEqual([]);
  });
});
