import { describe, expect, it } from "vitest";
import { found, oneStep } from "../study-fixture.ts";

const code = "not-a-choice";

describe("not-a-choice", () => {
  it("names the nearest choice and all of them", () => {
    const [one] = found(code, oneStep("dtype: bfloat"));
    expect(one).toMatchObject({ severity: "error", at: "bfloat" });
    expect(one?.hint).toBe("did you mean `bfloat16`? choices: auto, float16, bfloat16");
  });

  it("only warns where the list is open", () => {
    expect(found(code, oneStep("quantization: mine"))).toMatchObject([{ severity: "warning", at: "mine" }]);
  });

  it("looks at the items of a list, at numbers that are listed, at load knobs", () => {
    expect(found(code, oneStep("capture_sizes: [small, huge]"))[0]?.message).toContain('"huge"');
    expect(found(code, oneStep("max_lora_rank: 9"))[0]?.message).toContain("cannot be 9");
    expect(found(code, oneStep("load.order: backwards"))[0]?.hint).toContain("shortest_first");
  });

  it("accepts choices", () => {
    for (const knob of ["dtype: float16", "max_lora_rank: 16", "max_model_len: 4096", "capture_sizes: [large]"]) {
      expect(found(code, oneStep(knob))).toEqual([]);
    }
  });
});
