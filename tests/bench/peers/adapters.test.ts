import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cases, type Case } from "../../../bench/load/cases.ts";
import { aiperf, readAiperf } from "../../../bench/peers/aiperf.ts";
import { guidellm, readGuidellm } from "../../../bench/peers/guidellm.ts";
import { peers, type Peer } from "../../../bench/peers/index.ts";
import { inferencePerf, readInferencePerf } from "../../../bench/peers/inference-perf.ts";
import { pythonsFor } from "../../../bench/peers/pythons.ts";
import { readVllmBench, vllmBench } from "../../../bench/peers/vllm-bench-serve.ts";
import { readServeResult } from "../../../bench/peers/vllm-serve.ts";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

const [closed, , open] = cases(1) as [Case, Case, Case];

/** What a peer is started with on a case, and its folder. */
function started(peer: Peer, given: Case): { words: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-peer-"));
  folders.push(folder);
  const argv = peer.client("/environment").argv({ case: given, port: 4242, folder });
  return { words: argv.join(" "), folder };
}

const readJson = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown;

describe("what the peers report, one of two requests failed", () => {
  it("AIPerf 0.13.0", () => {
    const metadata = { was_cancelled: false, benchmark_phase: "profiling" };
    const metrics = {
      time_to_first_token: { value: 36.9, unit: "ms" },
      inter_token_latency: { value: 9.99, unit: "ms" },
      output_sequence_length: { value: 16, unit: "tokens" },
    };
    const rows = [
      { metadata, metrics },
      { metadata, metrics: {}, error: { code: 500 } },
      { metadata: { ...metadata, was_cancelled: true }, metrics },
      { metadata: { ...metadata, benchmark_phase: "warmup" }, metrics },
    ];
    expect(readAiperf(`${rows.map((row) => JSON.stringify(row)).join("\n")}\n`)).toEqual([
      { tag: null, ttftMs: 36.9, tpotMs: 9.99, tokens: 16, sharedReads: null },
    ]);
  });

  it("GuideLLM 0.8.1", () => {
    const request = { time_to_first_token_ms: 20.9, inter_token_latency_ms: 9.98, output_tokens: 16 };
    const requests = { successful: [request, { ...request, time_to_first_token_ms: null }], errored: [request] };
    expect(readGuidellm(JSON.stringify({ benchmarks: [{ requests }] }))).toEqual([
      { tag: null, ttftMs: 20.9, tpotMs: 9.98, tokens: 16, sharedReads: null },
    ]);
  });

  it("inference-perf 0.7.0", () => {
    const metrics = { time_to_first_token: 0.0238, time_per_output_token: 0.01, output_tokens: 16 };
    const rows = [
      { error: null, computed_metrics: metrics },
      { error: { error_type: "Timeout" }, computed_metrics: null },
    ];
    const [only, ...others] = readInferencePerf(JSON.stringify(rows));
    expect(only).toMatchObject({ tag: null, tokens: 16, tpotMs: 10 });
    expect(only?.ttftMs).toBeCloseTo(23.8, 9);
    expect(others).toEqual([]);
  });

  it("vllm bench serve 0.32.0, by the tags of its prompts", () => {
    const report = {
      duration: 0.7,
      input_lens: [32, 32],
      output_lens: [0, 16],
      ttfts: [0, 0.025],
      latencies: [0, 0.175],
      itls: [[], [0.01]],
      start_times: [1, 2],
      errors: ["refused", ""],
    };
    const [only, ...others] = readVllmBench(readServeResult(JSON.stringify(report)));
    expect(only).toMatchObject({ tag: 1, tokens: 16, ttftMs: 25, sharedReads: null });
    expect(only?.tpotMs).toBeCloseTo(10, 9);
    expect(others).toEqual([]);
    expect(() => readServeResult("{}")).toThrow(/no column "input_lens"/);
  });
});

describe("what the peers are asked for", () => {
  it.each(peers.map((peer) => [peer.name, peer] as const))(
    "%s is asked on this machine's port, in its own folder",
    (_, peer) => {
      for (const given of [closed, open]) {
        const client = peer.client("/environment");
        if (!client.takes(given)) continue;
        const { words, folder } = started(peer, given);
        expect(words).toMatch(/^\/environment\/bin\//);
        const files = [words, ...["scenario.json", "config.yaml"].flatMap((file) => textOf(folder, file))].join(" ");
        expect(files).toContain("http://127.0.0.1:4242");
        expect(files).toContain(folder);
        expect(files).toMatch(given.ratePerS === null ? /64/ : /50/);
      }
    },
  );

  it("closed and open loops as each names them", () => {
    expect(started(aiperf, closed).words).toMatch(/--concurrency 64 --request-count 512 /);
    expect(started(aiperf, open).words).toMatch(/--request-rate 50 --arrival-pattern poisson --request-count 500 /);
    expect(started(vllmBench, closed).words).toMatch(/--num-prompts 512 --max-concurrency 64 /);
    expect(started(vllmBench, open).words).toMatch(/--num-prompts 500 --request-rate 50 /);
    expect(readJson(started(guidellm, closed).folder, "scenario.json")).toMatchObject({
      spec: { profile: { kind: "concurrent", streams: [64] }, constraints: [{ kind: "max_requests", count: 512 }] },
    });
    expect(readJson(started(guidellm, open).folder, "scenario.json")).toMatchObject({
      spec: { profile: { kind: "poisson", rate: [50] } },
    });
    expect(readJson(started(inferencePerf, closed).folder, "config.yaml")).toMatchObject({
      load: { type: "concurrent", stages: [{ num_requests: 512, concurrency_level: 64 }], worker_max_concurrency: 64 },
    });
    expect(readJson(started(inferencePerf, open).folder, "config.yaml")).toMatchObject({
      load: { type: "poisson", stages: [{ rate: 50, duration: 10 }], worker_max_concurrency: 256 },
    });
  });

  it("gives vllm bench serve prompts that bear tags, in order", () => {
    const { folder } = started(vllmBench, closed);
    const prompts = readJson(folder, "prompts.json") as { conversations: { value: string }[] }[];
    expect(prompts).toHaveLength(512);
    const last = prompts[511]?.conversations[0]?.value.split(" ") ?? [];
    expect(last).toHaveLength(128);
    expect(last[0]).toBe("r000511");
  });

  function textOf(folder: string, file: string): string[] {
    try {
      return [readFileSync(join(folder, file), "utf8")];
    } catch {
      return [];
    }
  }
});

describe("pythonsFor", () => {
  const pyenv = ["/p/3.9.18", "/p/3.11.7", "/p/3.12.1", "/p/3.13.0"];

  it("offers no Python that may be too old, and those that pyenv keeps off PATH", () => {
    const found = pythonsFor({ oldestPython: "3.12" }, pyenv);
    expect(found).not.toContain("python3");
    expect(found.filter((name) => name.startsWith("/"))).toEqual(["/p/3.12.1/bin/python3", "/p/3.13.0/bin/python3"]);
    expect(pythonsFor({ oldestPython: "3.11" }, pyenv)[0]).toBe("python3");
  });
});
