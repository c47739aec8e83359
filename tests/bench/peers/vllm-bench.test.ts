import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vllmBenchOf } from "../../../bench/peers/vllm-bench.ts";
import { serveClient } from "../../../bench/peers/vllm-bench-serve.ts";
import { cases } from "../../../bench/load/cases.ts";

describe("vllm-bench, the client in Rust", () => {
  it("is left out with the reason where no checkout is given, or there is none", () => {
    expect(vllmBenchOf(undefined)).toMatchObject({
      ok: false,
      problem: { message: "vllm-bench: no checkout is given" },
    });
    expect(vllmBenchOf("/nowhere")).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("/nowhere") },
    });
  });

  it("is asked for what `vllm bench serve` is asked for, without that command's own words", () => {
    const folder = mkdtempSync(join(tmpdir(), "ceteris-peer-"));
    const argv = serveClient("vllm-bench", ["/target/vllm-bench"]).argv({
      case: cases(1)[0]!,
      port: 4242,
      folder,
    });
    expect(argv.slice(0, 5)).toEqual([
      "/target/vllm-bench",
      "--backend",
      "openai",
      "--base-url",
      "http://127.0.0.1:4242",
    ]);
    expect(argv.join(" ")).toContain("--max-concurrency 64");
    rmSync(folder, { recursive: true });
  });
});
