import { describe, expect, it } from "vitest";
import { combination, found, isolation, oneStep, stacked } from "../study-fixture.ts";

const code = "collateral";

describe("collateral", () => {
  it("warns of what else moves, and how to pin it", () => {
    const [one] = found(code, { design: stacked("{ id: more, set: { max_num_seqs: 64 } }") });
    expect(one).toMatchObject({ severity: "warning", at: "max_num_seqs", hint: "set kv_cache_memory_bytes" });
    expect(one?.message).toContain("also moves CUDA graph sizes, KV cache capacity: graph sizes follow the batch");
  });

  it("heeds the conditions of the coupling", () => {
    const baseline = "{ knobs: { enable_chunked_prefill: false } }";
    const on = stacked("{ id: on, set: { enable_chunked_prefill: true } }");
    expect(found(code, { baseline, design: on })).toEqual([]);
    expect(found(code, { design: stacked("{ id: off, set: { enable_chunked_prefill: false } }") })).toHaveLength(1);
  });

  it("is silent where the knob that would move is pinned", () => {
    const baseline = "{ knobs: { max_num_batched_tokens: 4096 } }";
    const off = stacked("{ id: off, set: { enable_chunked_prefill: false } }");
    expect(found(code, { baseline, design: off })).toEqual([]);
  });

  it("says nothing of the baseline", () => {
    expect(found(code, {})).toEqual([]);
  });

  it("is said once for each rule of the engine, however many rows move the knob, in every kind of design", () => {
    const rows = [32, 64, 128].map((count) => `{ id: s${count}, set: { max_num_seqs: ${count} } }`);
    expect(found(code, { design: isolation(...rows) }).map(({ message }) => message)).toEqual([
      expect.stringContaining("row `s32` (and 2 more): changing `max_num_seqs`"),
    ]);
    expect(found(code, { design: stacked(...rows) })).toHaveLength(1);
    expect(found(code, { design: combination("") })).toHaveLength(1);
  });

  it("looks into the map of a knob, and at a member that is set by its path", () => {
    expect(found(code, oneStep("draft_config: { method: eagle3, num_draft_tokens: 2 }"))).toEqual([]);
    const [ngram] = found(code, oneStep("draft_config: { method: ngram, num_draft_tokens: 2 }"));
    expect(ngram?.message).toContain("also moves async scheduling");
    expect(found(code, oneStep("draft_config.method: suffix"))).toHaveLength(1);
  });
});
