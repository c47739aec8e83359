import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vllmServerInfo } from "../../../src/engine/parsers/vllm-server-info.ts";

/** The whole `vllm_config` as it was recorded, with one line of each of the other two parts. */
const recorded = readFileSync(join(import.meta.dirname, "../../fixtures/vllm/server_info.json"), "utf8");
const answer = JSON.stringify({
  ...(JSON.parse(recorded) as object),
  vllm_env: { VLLM_SERVER_DEV_MODE: true },
  system_env: { vllm_version: "0.32.0" },
});

describe("what a real vLLM 0.32.0 says of itself", () => {
  it("is a map by dotted path, with its variables under env.", () => {
    const resolved = vllmServerInfo.parse(answer, "");
    expect(resolved).toMatchObject({
      "scheduler_config.max_num_seqs": 128,
      "scheduler_config.max_num_batched_tokens": 2048,
      "cache_config.enable_prefix_caching": true,
      "model_config.dtype": "torch.bfloat16",
      "compilation_config.pass_config.fuse_norm_quant": true,
      "env.VLLM_SERVER_DEV_MODE": true,
      "system.vllm_version": "0.32.0",
    });
    expect(Object.values(resolved ?? {}).every((value) => !isFilledObject(value))).toBe(true);
  });

  it("leaves out secrets and the copy of the environment", () => {
    const withSecrets = JSON.stringify({
      vllm_config: { model_config: { hf_token: "hf_1", max_num_batched_tokens: 5 } },
      vllm_env: { VLLM_API_KEY: "key_2" },
      system_env: { env_vars: "HF_TOKEN=hf_3", torch_version: "2" },
    });
    expect(vllmServerInfo.parse(withSecrets, "")).toEqual({
      "model_config.max_num_batched_tokens": 5,
      "system.torch_version": "2",
    });
  });

  it("takes from the log what was accepted and has no effect", () => {
    const log = [
      "(APIServer pid=1) WARNING [interface.py:1457] Unknown vLLM environment variable detected: VLLM_NO_SUCH_ENV",
      "(Worker pid=2) INFO [cpu.py:178] Cannot use AttentionBackendEnum.FLASHINFER backend on CPU.",
    ].join("\n");
    const accepted = JSON.stringify({ vllm_config: { attention_config: { backend: "FLASHINFER" } } });
    expect(vllmServerInfo.parse(accepted, log)).toEqual({
      "attention_config.backend": null,
      "env.VLLM_NO_SUCH_ENV": null,
    });
  });

  it("is nothing where the route is closed", () => {
    expect(vllmServerInfo.parse(null, "a log")).toBeNull();
    expect(vllmServerInfo.parse('{"detail":"Not Found"}', "a log")).toBeNull();
    expect(vllmServerInfo.parse("<html>", "a log")).toBeNull();
  });
});

function isFilledObject(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0;
}
