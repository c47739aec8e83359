import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import known from "../../src/simulator/known-flags.json" with { type: "json" };
import { knownVariables, parseArguments } from "../../src/simulator/flags.ts";

const settingsOf = (...argv: string[]) => {
  const parsed = parseArguments(argv);
  return parsed.ok ? parsed.settings : parsed.message;
};
const lastLine = (...argv: string[]) => {
  const parsed = parseArguments(argv);
  return parsed.ok ? "accepted" : parsed.message.at(-1);
};
const recorded = (name: string) =>
  readFileSync(new URL(`../fixtures/vllm/failures/${name}.txt`, import.meta.url), "utf8")
    .trim()
    .split("\n");

describe("parseArguments", () => {
  it("takes a flag in every form that vLLM takes", () => {
    expect(parseArguments(["some/model", "--max-num-seqs", "16", "--port=8001", "--enforce-eager"])).toEqual({
      ok: true,
      model: "some/model",
      settings: { max_num_seqs: 16, port: 8001, enforce_eager: true },
    });
    expect(settingsOf("--no-enable-prefix-caching", "--max_model_len", "1k", "-tp", "2")).toEqual({
      enable_prefix_caching: false,
      max_model_len: 1000,
      tensor_parallel_size: 2,
    });
    expect(settingsOf("--max-model-len", "1K", "--kv-cache-memory-bytes=25.6k")).toEqual({
      max_model_len: 1024,
      kv_cache_memory_bytes: 25_600,
    });
    expect(settingsOf("--max-model-len", "auto")).toEqual({ max_model_len: -1 });
    expect(settingsOf("--max-model-len", "-1")).toEqual({ max_model_len: -1 });
    expect(settingsOf("--speculative-config", '{"method":"ngram","num_speculative_tokens":3}')).toEqual({
      speculative_config: { method: "ngram", num_speculative_tokens: 3 },
    });
    expect(settingsOf("-cc.mode=0", "--compilation-config.cudagraph_mode", "NONE", "-O3")).toEqual({
      compilation_config: { mode: 0, cudagraph_mode: "NONE" },
      optimization_level: 3,
    });
    expect(settingsOf("--cudagraph-capture-sizes", "1", "2", "4", "--seed", "7")).toEqual({
      cudagraph_capture_sizes: ["1", "2", "4"],
      seed: 7,
    });
    expect(settingsOf("--gpu-mem", "0.5")).toEqual({ gpu_memory_utilization: 0.5 });
  });

  it("refuses in the recorded words", () => {
    expect(lastLine("m", "--no-such-flag")).toBe(recorded("unknown_flag").at(-1));
    expect(lastLine("m", "--num-scheduler-steps", "2")).toBe(recorded("removed_flag").at(-1));
    expect(settingsOf("m", "--max-num-seqs", "abc")).toEqual(recorded("bad_int"));
    expect(settingsOf("m", "--dtype", "float64")).toEqual(recorded("dtype_bad"));
    expect(settingsOf("m", "--kv-cache-dtype", "fp3")).toEqual(recorded("invalid_choice"));
    expect(settingsOf("m", "--speculative-config", "{bad")).toEqual(recorded("bad_spec_json"));
  });

  it("refuses what else argparse refuses", () => {
    expect(lastLine("--max-num-seqs")).toBe("vllm serve: error: argument --max-num-seqs: expected one argument");
    expect(lastLine("--gpu-memory-utilization", "half")).toBe(
      "vllm serve: error: argument --gpu-memory-utilization/--device-memory-utilization: invalid float value: 'half'",
    );
    expect(lastLine("--max-num-batched-tokens", "many")).toContain("invalid human_readable_int value: 'many'");
    expect(lastLine("--max-num-batched-tokens", "1.5K")).toContain("Did you mean to use 1.5k instead?");
    expect(lastLine("--max-num", "3")).toContain("ambiguous option: --max-num could match --max-num-");
    expect(lastLine("--enforce-eager=yes")).toContain("ignored explicit argument 'yes'");
  });
});

describe("known flags", () => {
  const help = readFileSync(new URL("../fixtures/vllm/serve_help_all.txt", import.meta.url), "utf8");

  it("are those of the engine's own help", () => {
    const names = new Set([...help.matchAll(/^ {2}(?:-\w+, )?(--[a-z][a-z0-9-]*)/gm)].map(([, name]) => name!));
    names.delete("--help");
    const ours = new Set(known.flags.map(({ name }) => name));
    ours.delete("--help");
    expect(ours).toEqual(names);
  });

  it("come with the variables that the engine reads", () => {
    expect(knownVariables.has("VLLM_SERVER_DEV_MODE")).toBe(true);
    expect(knownVariables.has("VLLM_ATTENTION_BACKEND")).toBe(false);
  });
});
