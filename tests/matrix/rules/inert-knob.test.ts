import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "inert-knob";

describe("inert-knob", () => {
  const besideBytes = "{ knobs: { kv_cache_memory_bytes: 1000000 } }";

  it("warns of a knob that does nothing on the system at all", () => {
    const [one] = found(code, { design: stacked("{ id: a, set: { stream_interval: 4 } }") });
    expect(one).toMatchObject({ severity: "warning", at: "stream_interval" });
    expect(one?.message).toContain("the client reads every chunk");
  });

  it("warns of a change beside what makes it inert", () => {
    const design = stacked("{ id: a, set: { gpu_memory_utilization: 0.8 } }");
    const [one] = found(code, { baseline: besideBytes, design });
    expect(one).toMatchObject({ severity: "warning", at: "gpu_memory_utilization" });
    expect(one?.message).toContain("does nothing in row `a` beside `kv_cache_memory_bytes`");
    expect(found(code, { design })).toEqual([]);
  });

  it("warns of a baseline that says both, once", () => {
    const baseline = "{ knobs: { kv_cache_memory_bytes: 1000000, gpu_memory_utilization: 0.8 } }";
    expect(found(code, { baseline })).toMatchObject([{ at: "gpu_memory_utilization" }]);
  });
});
