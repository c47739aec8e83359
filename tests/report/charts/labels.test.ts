import { describe, expect, it } from "vitest";
import { placedLabels, shortened } from "../../../src/report/charts/labels.ts";

const size = { width: 300, height: 200 };

describe("labels at lines", () => {
  it("stand to the right of their place where nothing is there", () => {
    expect(placedLabels([{ text: "fp8", beside: [{ x: 100, y: 100 }] }], [[{ x: 100, y: 100 }]], size)).toEqual([
      { at: 0, side: "right" },
    ]);
  });

  it("do not leave the drawing, and go where they hide no line", () => {
    const right = { text: "fp8", beside: [{ x: 295, y: 100 }] };
    expect(placedLabels([right], [], size)).toEqual([{ at: 0, side: "left" }]);
    // A line that goes on to both sides leaves the room above it.
    const line = [
      { x: 0, y: 100 },
      { x: 300, y: 100 },
    ];
    expect(placedLabels([{ text: "fp8", beside: [{ x: 150, y: 100 }] }], [line], size)).toEqual([
      { at: 0, side: "above" },
    ]);
  });

  it("do not lie on each other, and there is none where there is no room", () => {
    const here = { text: "a long name", beside: [{ x: 20, y: 100 }] };
    expect(
      placedLabels([here, here, here, here, here], [], { width: 120, height: 200 }).map((one) => one?.side),
    ).toEqual(["right", undefined, undefined, undefined, undefined]);
    // With no space between them `8` and `kv` would read as one.
    const kv = { text: "kv", beside: [{ x: 100, y: 100 }] };
    const touching = { text: "8", beside: [{ x: 116.5, y: 96 }] };
    expect(placedLabels([kv, touching], [], size)).toEqual([
      { at: 0, side: "right" },
      { at: 0, side: "above" },
    ]);
    const two = [
      { x: 20, y: 20 },
      { x: 20, y: 180 },
    ];
    expect(placedLabels([here, { text: "another", beside: [here.beside[0]!, ...two] }], [], size)).toEqual([
      { at: 0, side: "right" },
      { at: 1, side: "right" },
    ]);
  });
});

describe("a long name", () => {
  it("is cut in the middle, by characters as a reader counts them", () => {
    expect(shortened("fp8")).toBe("fp8");
    expect(shortened("env.PYTORCH_CUDA_ALLOC_CONF=expandable_segments")).toBe("env.PYTORCH…e_segments");
    expect(Array.from(shortened("𝒳".repeat(40)))).toHaveLength(22);
  });

  it("say the values of a combination without their knobs where they would be cut", () => {
    expect(shortened("quantization=fp8·max_model_len=1024·max_num_seqs=16")).toBe("fp8·1024·16");
    expect(shortened("quantization=fp8·max_num_seqs=16@chat", 30)).toBe("fp8·16@chat");
    expect(shortened("a=1·b=2")).toBe("a=1·b=2");
    expect(shortened("dtype=fp8.seqs=1024+async=true", 28, "whole")).toBe("dtype=fp8.seqs=1024+async=true");
  });
});
