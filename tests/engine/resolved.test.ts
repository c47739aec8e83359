import { describe, expect, it } from "vitest";
import { resolveKnobs } from "../../src/engine/resolved.ts";
import { resolvedIdOf } from "../../src/engine/resolved-id.ts";
import type { Json } from "../../src/schema/json.ts";
import type { Provenance } from "../../src/schema/trial.ts";
import { engineWith } from "../support/engines.ts";

const engine = engineWith({
  resolved: { path: "/server_info?config_format=json", parser: "vllm-server-info" },
  knobs: {
    max_num_seqs: { type: "int", resolved: "scheduler_config.max_num_seqs" },
    dtype: { type: "string", resolved: "model_config.dtype", same: { half: "torch.float16" } },
    async_scheduling: { type: "bool", resolved: "scheduler_config.async_scheduling" },
    utilization: { type: "float", resolved: "cache_config.gpu_memory_utilization" },
    compilation_config: { type: "json", resolved: "compilation_config" },
    sizes: { type: "list", resolved: "compilation_config.sizes" },
    untold: { type: "int" },
  },
});

/** The status of one knob, declared so, where the engine resolved that. */
function status(knob: string, declared: Json, resolved: { [path: string]: Json } | null): string | undefined {
  return resolveKnobs(engine, { [knob]: declared }, resolved)[0]?.status;
}

describe("declared beside resolved", () => {
  const seqs = "scheduler_config.max_num_seqs";
  const rows: [string, string, Json, { [path: string]: Json } | null, string][] = [
    ["the same number", "max_num_seqs", 16, { [seqs]: 16 }, "same"],
    ["another number", "max_num_seqs", 16, { [seqs]: 128 }, "different"],
    ["a number that became none", "max_num_seqs", 16, { [seqs]: null }, "different"],
    ["a thousand by its suffix", "max_num_seqs", "1k", { [seqs]: 1000 }, "same"],
    ["a binary thousand", "max_num_seqs", "1K", { [seqs]: 1024 }, "same"],
    [
      "a fraction printed again",
      "utilization",
      0.9,
      { "cache_config.gpu_memory_utilization": 0.9000000000001 },
      "same",
    ],
    ["a fraction that differs", "utilization", 0.9, { "cache_config.gpu_memory_utilization": 0.92 }, "different"],
    ["a type with its module", "dtype", "bfloat16", { "model_config.dtype": "torch.bfloat16" }, "same"],
    ["another type", "dtype", "float32", { "model_config.dtype": "torch.bfloat16" }, "different"],
    ["a spelling of the engine file", "dtype", "half", { "model_config.dtype": "torch.float16" }, "same"],
    ["the engine's own choice", "dtype", "auto", { "model_config.dtype": "torch.bfloat16" }, "same"],
    [
      "a switch that was ignored",
      "async_scheduling",
      true,
      { "scheduler_config.async_scheduling": false },
      "different",
    ],
    ["a switch", "async_scheduling", false, { "scheduler_config.async_scheduling": false }, "same"],
    [
      "part of an object",
      "compilation_config",
      { mode: 3 },
      { "compilation_config.mode": 3, "compilation_config.x": 1 },
      "same",
    ],
    ["part of an object, moved", "compilation_config", '{"mode": 3}', { "compilation_config.mode": 0 }, "different"],
    ["a list", "sizes", [1, 2], { "compilation_config.sizes": [1, 2] }, "same"],
    ["a shorter list", "sizes", [1, 2], { "compilation_config.sizes": [1] }, "different"],
    ["a variable", "env.VLLM_X", "1", { "env.VLLM_X": true }, "same"],
    ["a variable that the engine does not know", "env.VLLM_X", "1", { "env.VLLM_X": null }, "different"],
    ["a variable that it does not tell", "env.OTHER", "1", { "env.VLLM_X": true }, "not verifiable"],
    ["a knob without a path", "untold", 1, { [seqs]: 16 }, "not verifiable"],
    ["an engine that cannot be asked", "max_num_seqs", 16, null, "not verifiable"],
  ];
  it.each(rows)("judges %s", (_, knob, declared, resolved, expected) => {
    expect(status(knob, declared, resolved)).toBe(expected);
  });

  it("says where it was read, and passes over load knobs and knobs that are not set", () => {
    const knobs = { max_num_seqs: 16, "load.concurrency": 4, dtype: null };
    expect(resolveKnobs(engine, knobs, { [seqs]: 16 })).toEqual([
      { knob: "max_num_seqs", declared: 16, resolved: 16, status: "same", where: `server_info ${seqs}` },
    ]);
  });
});

describe("resolvedId", () => {
  const provenance: Provenance = {
    host: { cpuModel: "c" },
    gpus: [
      { name: "H100", driver: "570", selected: true },
      { name: "A100", driver: "570", selected: false },
    ],
    engine: {},
    model: {},
    dataset: {},
    ceteris: { version: "1", commit: null, node: "v26" },
    missing: [],
  };
  const found = {
    engineVersion: "0.32.0",
    image: null,
    resolvedConfiguration: { "scheduler_config.max_num_seqs": 16, instance_id: "1", "cache_config.num_gpu_blocks": 10 },
    model: "sha",
    dataset: "data",
    provenance,
  };
  const id = resolvedIdOf(found);

  it("is the same for another start of the same thing", () => {
    const again = { ...found.resolvedConfiguration, instance_id: "2", "cache_config.num_gpu_blocks": 11 };
    expect(resolvedIdOf({ ...found, resolvedConfiguration: again })).toBe(id);
    expect(id).toMatch(/^res1_[0-9a-f]{20}$/);
  });

  it.each([
    ["engine build", { engineVersion: "0.31.0" }],
    ["image", { image: "sha256:1" }],
    ["configuration", { resolvedConfiguration: { "scheduler_config.max_num_seqs": 32 } }],
    ["model", { model: "other" }],
    ["dataset", { dataset: "other" }],
    ["GPU", { provenance: { ...provenance, gpus: [{ name: "B200", driver: "570", selected: true }] } }],
    ["driver", { provenance: { ...provenance, gpus: [{ name: "H100", driver: "580", selected: true }] } }],
    ["CPU, without a GPU", { provenance: { ...provenance, gpus: [] } }],
  ])("is another one for another %s", (_, changed) => {
    expect(resolvedIdOf({ ...found, ...changed })).not.toBe(id);
  });

  it("does not ask for a GPU that the engine did not use", () => {
    const other = [provenance.gpus[0] ?? {}, { name: "L4", driver: "570", selected: false }];
    expect(resolvedIdOf({ ...found, provenance: { ...provenance, gpus: other } })).toBe(id);
  });
});
