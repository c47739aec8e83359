import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sglangServerInfo } from "../../../src/engine/parsers/sglang-server-info.ts";
import { isVolatile } from "../../../src/schema/resolved-names.ts";

const answer = readFileSync(join(import.meta.dirname, "../../fixtures/sglang/server_info.json"), "utf8");

describe("what SGLang says of itself", () => {
  it("is its arguments as they were resolved, by dotted path, and what the scheduler found", () => {
    expect(sglangServerInfo.parse(answer, "")).toMatchObject({
      tp_size: 2,
      mem_fraction_static: 0.873,
      chunked_prefill_size: 8192,
      attention_backend: "fa3",
      "cuda_graph_config.decode.max_bs": 256,
      "cuda_graph_config.prefill.backend": "disabled",
      max_total_num_tokens: 402113,
      version: "0.5.23",
    });
  });

  it("takes the scheduler's bound of running requests where nobody set one", () => {
    expect(sglangServerInfo.parse(answer, "")).toMatchObject({ max_running_requests: 2048 });
    const set = answer.replace('"max_running_requests": null', '"max_running_requests": 64');
    expect(sglangServerInfo.parse(set, "")).toMatchObject({ max_running_requests: 64 });
  });

  it("leaves out secrets, live figures and what is another at each start", () => {
    const resolved = sglangServerInfo.parse(answer, "") ?? {};
    expect(JSON.stringify(resolved)).not.toContain("sk-secret");
    for (const name of ["port", "nccl_port", "random_seed", "launch_command", "startup_time", "internal_states"]) {
      expect(resolved).not.toHaveProperty(name);
    }
    const later = answer.replaceAll("41353", "45001").replace("829342", "17").replace("41.2", "39.9");
    const second = sglangServerInfo.parse(later, "") ?? {};
    const differing = Object.keys(resolved).filter((path) => resolved[path] !== second[path] && !isVolatile(path));
    expect(differing.filter((path) => typeof resolved[path] !== "object")).toEqual([]);
  });

  it("is nothing where the route is closed, or another server answers", () => {
    expect(sglangServerInfo.parse(null, "a log")).toBeNull();
    expect(sglangServerInfo.parse("<html>", "a log")).toBeNull();
    expect(sglangServerInfo.parse('{"vllm_config":{}}', "a log")).toBeNull();
  });
});
