import { describe, expect, it } from "vitest";
import { checkGpuRule, gpuKnobs, gpuRule } from "../../../src/matrix/engine/gpu-rule.ts";

const knobs = { prefill_tp: { type: "int" as const }, decode_tp: { type: "int" as const } };

function said(gpus: string | string[]): string[] {
  const found: string[] = [];
  checkGpuRule({ gpus, knobs }, (pointer, { code, message, hint }) =>
    found.push(`${pointer} ${code}: ${message}. ${hint}`),
  );
  return found;
}

describe("`gpus` of an engine file", () => {
  it("is a product, an expression, or not said", () => {
    expect(gpuRule(["a", "b"])).toEqual(["a", "b"]);
    expect(gpuRule("= prefill_tp + decode_tp")).toBe("prefill_tp + decode_tp");
    expect([gpuRule([]), gpuRule(undefined)]).toEqual([null, null]);
    expect(gpuKnobs({ gpus: "2 * prefill_tp + decode_tp * prefill_tp" })).toEqual(["prefill_tp", "decode_tp"]);
    expect(gpuKnobs({ gpus: null })).toEqual([]);
  });

  it("may name knobs of the engine alone", () => {
    expect(said("= prefill_tp + decode_tp")).toEqual([]);
    expect(said(["prefill_tp"])).toEqual([]);
    expect(said("= prefil_tp + decode_tp")).toEqual([
      "/gpus unknown-knob: `gpus` names `prefil_tp`, which is not a knob of this engine. did you mean `prefill_tp`?",
    ]);
    expect(said(["world_size"])[0]).toContain("names `world_size`");
  });

  it("is arithmetic", () => {
    expect(said("= prefill_tp *")[0]).toMatch(/^\/gpus bad-expression: `= prefill_tp \*`: it ends too early/);
  });
});
