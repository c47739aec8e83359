import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { serverInfo } from "../../src/simulator/server-info.ts";
import { configured } from "./virtual-load.ts";

type Members = { [member: string]: unknown };

/** Dotted paths of every member that is not an object. */
function paths(members: Members, before = ""): string[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0
      ? paths(value as Members, `${before}${name}.`)
      : [before + name],
  );
}

describe("serverInfo", () => {
  it("has no path that the real one lacks", () => {
    const url = new URL("../fixtures/vllm/server_info.json", import.meta.url);
    const real = paths((JSON.parse(readFileSync(url, "utf8")) as { vllm_config: Members }).vllm_config);
    const { vllm_config: ours } = serverInfo(configured(), {}, "json") as { vllm_config: Members };
    expect(paths(ours)).toContain("scheduler_config.max_num_seqs");
    expect(paths(ours).filter((path) => !real.includes(path))).toEqual([]);
  });

  it("keeps every member of the speculation that was asked for", () => {
    const asked = { method: "eagle3", model: "a/draft", num_speculative_tokens: 3 };
    const info = serverInfo(configured({ speculative_config: asked }), {}, "json");
    expect(info).toMatchObject({ vllm_config: { speculative_config: asked } });
  });

  it("tells what the engine resolved to", () => {
    const configuration = configured({ quantization: "fp8", kv_cache_dtype: "fp8", enforce_eager: true, seed: 9 });
    expect(serverInfo(configuration, {}, "json")).toMatchObject({
      vllm_config: {
        model_config: {
          quantization: "fp8",
          enforce_eager: true,
          dtype: "torch.bfloat16",
          max_model_len: 131_072,
          seed: 9,
        },
        cache_config: { cache_dtype: "fp8", enable_prefix_caching: true, num_gpu_blocks: configuration.blocks },
        scheduler_config: { max_num_seqs: 1024, max_num_batched_tokens: 8192, async_scheduling: true },
        compilation_config: { cudagraph_mode: "NONE" },
        device_config: { device: "cuda" },
      },
      system_env: { nvidia_gpu_models: "SIMULATED NVIDIA H100 80GB HBM3" },
    });
  });

  it("repeats known variables, and no secret", () => {
    const variables = { VLLM_SERVER_DEV_MODE: "1", VLLM_API_KEY: "hidden", HF_TOKEN: "hidden", PATH: "x" };
    expect(serverInfo(configured(), variables, "json")).toMatchObject({ vllm_env: { VLLM_SERVER_DEV_MODE: "1" } });
    expect(JSON.stringify(serverInfo(configured(), variables, "json"))).not.toContain("hidden");
    expect(serverInfo(configured(), {}, "text")).toMatchObject({
      vllm_config: expect.stringContaining('"max_num_seqs":1024'),
    });
  });
});
