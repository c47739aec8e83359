import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "unsupported-knob";

describe("unsupported-knob", () => {
  it("says that the rows are SKIPPED, and why", () => {
    const design = "{ kind: isolation, changes: [{ id: a, set: { quantization: fp8 } }] }";
    const [one] = found(code, { design }, { overrides: { sut: "pocket-cpu" } });
    expect(one).toMatchObject({ severity: "warning", at: "quantization" });
    expect(one?.message).toContain("SKIPPED: the CPU has no kernels for it");
    expect(found(code, { design })).toEqual([]);
  });
});
