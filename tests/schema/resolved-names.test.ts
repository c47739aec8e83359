import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vllmServerInfo } from "../../src/engine/parsers/vllm-server-info.ts";
import { isMeasured, isVolatile, withoutDrawn } from "../../src/schema/resolved-names.ts";

describe("names that belong to one launch", () => {
  it.each([
    "instance_id",
    "parallel_config.master_port",
    "parallel_config.data_parallel_master_ip",
    "env.VLLM_OBJECT_STORAGE_SHM_BUFFER_NAME",
    "env.VLLM_RPC_BASE_PATH",
    "env.VLLM_CACHE_ROOT",
    "kv_transfer_config.kv_buffer_name",
    "compilation_config.local_cache_dir",
    "model_config.served_model_name",
    "media_marker",
  ])("are passed over: %s", (path) => expect(isVolatile(path)).toBe(true));

  it.each([
    "scheduler_config.max_num_seqs",
    "compilation_config.compile_ranges_endpoints",
    "parallel_config.distributed_timeout_seconds",
    "cache_config.num_gpu_blocks",
    "model_config.max_model_len",
    "load_config.load_format",
  ])("are not: %s", (path) => expect(isVolatile(path)).toBe(false));

  it("are a small part of what a real vLLM reports, and what it measured is separate", () => {
    const recorded = readFileSync(join(import.meta.dirname, "../fixtures/vllm/server_info.json"), "utf8");
    const paths = Object.keys(vllmServerInfo.parse(recorded, "") ?? {});
    expect(paths.filter(isVolatile).length).toBeLessThan(paths.length / 10);
    expect(paths.filter(isMeasured)).toContain("cache_config.num_gpu_blocks");
  });
});

describe("a resolved value", () => {
  it("is compared without what is drawn at a start", () => {
    const value = (id: string, address: string) => ["buffer_" + id, { at: `<Loader object at ${address}>` }];
    expect(withoutDrawn(value("3f2b8c1e-0d4a-4c5b-9a77-0123456789ab", "0x7f12aa00"))).toEqual(
      withoutDrawn(value("aaaaaaaa-0d4a-4c5b-9a77-0123456789ab", "0x7f99bb00")),
    );
    expect(withoutDrawn("/tmp/vllm-a81f/socket")).toBe("…");
    expect(withoutDrawn("10.0.0.7:29501")).toBe("…");
    expect(withoutDrawn("a1b2c3d4e5f60718")).toBe("…");
  });

  it("is otherwise compared as it is", () => {
    for (const value of ["0.32.0", "torch.bfloat16", 8192, null, "FULL_AND_PIECEWISE", [1, 2, 512], "H100-80GB"])
      expect(withoutDrawn(value)).toEqual(value);
  });
});
