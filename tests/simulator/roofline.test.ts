import { describe, expect, it } from "vitest";
import { gpuOf, graphSizes, stepSeconds } from "../../src/simulator/roofline.ts";
import { modelOf, parametersOf } from "../../src/simulator/model.ts";
import { configured } from "./virtual-load.ts";

/** Milliseconds of a decode step of so many sequences with so much context each. */
function decodeMs(
  settings: Parameters<typeof configured>[0],
  sequences: number,
  context: number,
  gpu = "H100-SXM5-80GB",
): number {
  const { machinery } = configured(settings, { CETERIS_SIMULATED_GPU: gpu });
  const tokens = sequences * context;
  return (
    stepSeconds(machinery, {
      tokens: sequences,
      sequences,
      sampled: sequences,
      contextTokens: tokens,
      attentionPairs: tokens,
    }) * 1000
  );
}

const prefill = (settings: Parameters<typeof configured>[0], gpu: string) => {
  const { machinery } = configured(settings, { CETERIS_SIMULATED_GPU: gpu });
  return stepSeconds(machinery, { tokens: 8192, sequences: 1, sampled: 1, contextTokens: 0, attentionPairs: 0 });
};

describe("the anchors", () => {
  it("decodes 8B in bf16 on an H100 in 4.8 to 7 ms a token at batch 1, in fp8 in 0.5 to 0.7 of that", () => {
    const plain = decodeMs({}, 1, 500);
    expect(plain).toBeGreaterThan(4.8);
    expect(plain).toBeLessThan(7);
    const ratio = decodeMs({ quantization: "fp8" }, 1, 500) / plain;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(0.7);
  });

  it("has room for 400,000 to 500,000 tokens at 0.92", () => {
    const { blocks, blockSize } = configured();
    expect(blocks * blockSize).toBeGreaterThan(400_000);
    expect(blocks * blockSize).toBeLessThan(500_000);
  });

  it("prefills 20,000 to 40,000 tokens a second", () => {
    const { machinery } = configured();
    const tokens = 8192;
    const load = { tokens, sequences: 8, sampled: 8, contextTokens: tokens, attentionPairs: (8 * 1024 * 1025) / 2 };
    const perSecond = tokens / stepSeconds(machinery, load);
    expect(perSecond).toBeGreaterThan(20_000);
    expect(perSecond).toBeLessThan(40_000);
  });
});

describe("a step's time", () => {
  it("rises with batch and context, and less than in proportion to the batch", () => {
    expect(decodeMs({}, 64, 1000)).toBeGreaterThan(decodeMs({}, 1, 1000));
    expect(decodeMs({}, 64, 1000)).toBeLessThan(16 * decodeMs({}, 1, 1000));
    expect(decodeMs({}, 64, 4000)).toBeGreaterThan(decodeMs({}, 64, 1000));
  });

  it("follows bandwidth, tensor parallelism, cache type, CUDA graphs and asynchronous scheduling", () => {
    const plain = decodeMs({}, 64, 2000);
    expect(decodeMs({}, 64, 2000, "H200-SXM5-141GB")).toBeLessThan(plain);
    expect(decodeMs({}, 64, 2000, "A100-SXM4-80GB")).toBeGreaterThan(plain);
    expect(decodeMs({ tensor_parallel_size: 2 }, 64, 2000)).toBeLessThan(plain);
    expect(decodeMs({ kv_cache_dtype: "fp8" }, 64, 2000)).toBeLessThan(plain);
    expect(decodeMs({ async_scheduling: false }, 64, 2000)).toBeGreaterThan(plain);
    expect(decodeMs({ enforce_eager: true }, 1, 100)).toBeGreaterThan(decodeMs({}, 1, 100));
  });

  it("does not multiply faster in fp8 where the GPU has no units for it", () => {
    expect(prefill({ quantization: "fp8" }, "H100-SXM5-80GB")).toBeLessThan(prefill({}, "H100-SXM5-80GB") * 0.75);
    expect(prefill({ quantization: "fp8" }, "A100-SXM4-80GB")).toBeCloseTo(prefill({}, "A100-SXM4-80GB"), 6);
  });
});

/** The change of a decode step's rate: 0.1 is 10 % more tokens a second. */
const gain = (settings: Parameters<typeof configured>[0], against: Parameters<typeof configured>[0] = {}): number =>
  decodeMs(against, 16, 900) / decodeMs(settings, 16, 900) - 1;

describe("signs of a published study, at a batch of 16", () => {
  it("gains far less from FP8 weights than their bytes say", () => {
    expect(gain({ quantization: "fp8" })).toBeGreaterThan(0.25);
    expect(gain({ quantization: "fp8" })).toBeLessThan(0.45);
  });

  it("gains little from an FP8 cache, and loses by it on top of FP8 weights", () => {
    expect(gain({ kv_cache_dtype: "fp8" })).toBeGreaterThan(0);
    expect(gain({ kv_cache_dtype: "fp8" })).toBeLessThan(0.06);
    expect(gain({ quantization: "fp8", kv_cache_dtype: "fp8" }, { quantization: "fp8" })).toBeLessThan(-0.01);
  });

  it("pays for eager mode on the default GPU", () => {
    expect(gain({ enforce_eager: true })).toBeLessThan(-0.2);
  });
});

describe("models", () => {
  it("come from the table by name", () => {
    expect(modelOf("meta-llama/Llama-3.1-8B-Instruct").model).toMatchObject({ layers: 32, kvHeads: 8, vocab: 128_256 });
    expect(modelOf("RedHatAI/Meta-Llama-3.1-70B-Instruct-FP8").model).toMatchObject({ layers: 80, hidden: 8192 });
    expect(modelOf("meta-llama/Llama-3.1-8B-Instruct").assumed).toBeNull();
  });

  it("are scaled by a size in the name, else taken for the first, and say so", () => {
    const three = modelOf("acme/Thing-3B-chat");
    expect(three.model.parameters).toBe(3e9);
    expect(three.model.layers).toBeLessThan(32);
    expect(three.model.heads % three.model.kvHeads).toBe(0);
    for (const name of ["openai/gpt-oss-120b", "Qwen/Qwen3-32B", "acme/Thing-0.5B", "mistralai/Mistral-7B-v0.3"]) {
      for (const split of [2, 4, 8]) expect(modelOf(name).model.heads % split, `${name} over ${split}`).toBe(0);
    }
    expect(three.assumed).toContain("3B");
    expect(modelOf("models/tiny")).toMatchObject({
      model: { parameters: 8_030_261_248 },
      assumed: expect.stringContaining("models/tiny"),
    });
  });

  it("divide their parameters into embedding, head and layers", () => {
    const { model } = modelOf("meta-llama/Llama-3.1-8B-Instruct");
    const { embedding, head, layers } = parametersOf(model);
    expect(embedding + head + layers).toBe(model.parameters);
    expect(head).toBe(4096 * 128_256);
  });
});

describe("tables", () => {
  it("know the GPUs of the page and no others", () => {
    expect(gpuOf("H100-SXM5-80GB")?.name).toBe("NVIDIA H100 80GB HBM3");
    expect(gpuOf("RTX-9999")).toBeNull();
  });

  it("capture graphs at the sizes that vLLM captures", () => {
    expect(graphSizes(32)).toEqual([1, 2, 4, 8, 16, 24, 32]);
    expect(graphSizes(512)).toHaveLength(51);
    expect(graphSizes(2)).toEqual([1, 2]);
  });
});
