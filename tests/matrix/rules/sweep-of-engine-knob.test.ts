import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "sweep-of-engine-knob";

describe("sweep-of-engine-knob", () => {
  it("refuses the engine's knobs and nothing else", () => {
    const [one] = found(code, { more: "sweep: { max_num_seqs: [1, 2] }" });
    expect(one).toMatchObject({ severity: "error", at: "max_num_seqs" });
    expect(found(code, { more: "sweep: { load.concurrency: [1], sampling.max_tokens: [8] }" })).toEqual([]);
  });
});
