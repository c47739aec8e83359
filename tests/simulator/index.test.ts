import { createServer } from "node:net";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { runSimulatedEngine } from "../../src/simulator/index.ts";
import { ask, events, launch, start, stopAll, until } from "./running-engine.ts";

afterEach(stopAll);

const stream = { prompt: [1, 2, 3], max_tokens: 40, ignore_eos: true, stream: true };
/** At real speed this takes minutes: for tests that end it themselves. */
const endless = { ...stream, max_tokens: 100_000 };

const life = async (argv: string[], variables: Record<string, string> = {}) => {
  const engine = await launch(argv, variables);
  return { code: await engine.ended, log: engine.log.join("\n") };
};

describe("a life", () => {
  it("says first that it is simulated, tells what vLLM's log tells, and ends with 0 on a signal", async () => {
    const engine = await start(["--max-num-seqs", "16", "--seed", "7"]);
    expect(engine.log[0]).toBe("SIMULATED engine of ceteris: no GPU, no model; figures come from a roofline");
    await ask(engine, "/health");
    engine.interrupt();
    expect(await engine.ended).toBe(0);
    const log = engine.log.join("\n");
    const inOrder = [
      /non-default args: \{'model_tag': 'meta-llama\/Llama-3\.1-8B-Instruct', 'port': \d+, 'max_num_seqs': 16, 'seed': 7,/,
      /accepted without effect: seed$/m,
      /^\(APIServer pid=\d+\) INFO \d\d-\d\d \d\d:\d\d:\d\d \[model\.py:733\] Resolved architecture: LlamaForCausalLM$/m,
      /Using max model len 131072$/m,
      /^\(EngineCore pid=\d+\) INFO .* Initializing a V1 LLM engine \(v0\.32\.0\)/m,
      /Model loading took 14\.96 GiB/,
      /GPU KV cache size: 4\d\d,\d\d\d tokens, Maximum concurrency for 131,072 tokens per request: 3\.\d\dx/,
      /Graph capturing finished in/,
      /init engine \(profile, create kv cache, warmup model\) took/,
      /Starting vLLM server on http:\/\/127\.0\.0\.1:\d+$/m,
      /Route: \/v1\/completions, Methods: POST$/m,
      /^INFO: {5}Application startup complete\.$/m,
      /^INFO: {5}127\.0\.0\.1:\d+ - "GET \/health HTTP\/1\.1" 200 OK$/m,
      /\[shutdown\] API server: shutdown triggered/,
      /^INFO: {5}Application shutdown complete\.$/m,
    ].map((line) => log.search(line));
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    expect(inOrder[0]).toBeGreaterThan(0);
  });

  it("captures no graphs when eager, and is silent about requests when told so", async () => {
    const engine = await start(["--enforce-eager", "--disable-uvicorn-access-log"]);
    await ask(engine, "/health");
    expect(engine.log.join("\n")).not.toMatch(/Graph capturing|GET \/health/);
  });

  it("cuts open streams when it is stopped", async () => {
    const engine = await start([], { CETERIS_SIMULATED_SPEED: "1" });
    const reply = ask(engine, "/v1/completions", endless, { onText: () => (engine.interrupt(), true) });
    expect(await engine.ended).toBe(0);
    expect((await reply).text).not.toContain("[DONE]");
  });

  it("tells the truth about each request", async () => {
    const engine = await start();
    await ask(engine, "/v1/completions", stream);
    const [header, row] = engine.truth.map((line) => line.split(","));
    const truth = Object.fromEntries(header!.map((name, at) => [name, row![at]!]));
    expect(truth).toMatchObject({ prompt_tokens: "3", output_tokens: "40", cached_tokens: "0", finish: "length" });
    expect(Number(truth["first_sent_ms"])).toBeGreaterThanOrEqual(Number(truth["first_due_ms"]));
    expect(Number(truth["last_due_ms"])).toBeGreaterThan(Number(truth["first_due_ms"]));
    expect(Math.abs(Number(truth["arrived_unix_ms"]) - Date.now())).toBeLessThan(60_000);
  });
});

describe("a start that fails", () => {
  it("ends with 2 for flags that vLLM does not take", async () => {
    expect(await life(["--num-scheduler-steps", "2"])).toEqual({
      code: 2,
      log: expect.stringContaining("vllm: error: unrecognized arguments: --num-scheduler-steps 2"),
    });
  });

  it("ends with 1 and the cause before the general last line", async () => {
    const { code, log } = await life(["--gpu-memory-utilization", "0.2"]);
    expect(code).toBe(1);
    expect(log).toMatch(/\(EngineCore pid=\d+\) ERROR .* ValueError: No available memory for the cache blocks/);
    expect(log.trimEnd().split("\n").at(-1)).toBe(
      "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}",
    );
    const refused = await life(["--max-model-len", "200k"]);
    expect(refused.code).toBe(1);
    expect(refused.log).toContain("User-specified max_model_len (200000) is greater than the derived max_model_len");
  });

  it("ends with 1 where the port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const { code, log } = await life(["--port", String(port)]);
    await new Promise<void>((resolve) => other.close(() => resolve()));
    expect({ code, log }).toEqual({
      code: 1,
      log: expect.stringMatching(/OSError: \[Errno 98\] Address already in use$/),
    });
  });

  it("ends with 1 where there is no such port", async () => {
    const { code, log } = await life(["--port", "99999"]);
    expect([code, log.split("\n").at(-1)]).toEqual([1, "OverflowError: bind(): port must be 0-65535."]);
  });

  it("warns of variables that vLLM no longer reads, and stops at them when told to", async () => {
    const gone = { VLLM_ATTENTION_BACKEND: "FLASHINFER" };
    const engine = await start([], gone);
    expect(engine.log.join("\n")).toContain("WARNING");
    expect(engine.log.join("\n")).toContain("Unknown vLLM environment variable detected: VLLM_ATTENTION_BACKEND");
    expect((await life(["--fail-on-environ-validation"], gone)).code).toBe(1);
  });

  it("ends with 2 where its own variables are wrong", async () => {
    expect(await life([], { CETERIS_SIMULATED_GPU: "B9000" })).toEqual({
      code: 2,
      log: "simulated engine: error: CETERIS_SIMULATED_GPU: 'B9000' is none of H100-SXM5-80GB, H200-SXM5-141GB, H200-MIG-3g.71gb, A100-SXM4-80GB",
    });
    for (const [name, value] of [
      ["SPEED", "0"],
      ["STARTUP_S", "soon"],
      ["FAULT", "what"],
      ["NOISE", "much"],
      ["NOISE", ""],
      ["NOISE", "2"],
    ] as const) {
      expect((await life([], { [`CETERIS_SIMULATED_${name}`]: value })).code).toBe(2);
    }
  });
});

describe("planted faults", () => {
  it("crash at the start", async () => {
    const engine = await launch([], { CETERIS_SIMULATED_FAULT: "crash-at-start:gated-model" });
    expect(await engine.ended).toBe(1);
    expect(engine.log.join("\n")).toContain("GatedRepoError");
  });

  it("hang at the start until a signal comes", async () => {
    const engine = await launch([], { CETERIS_SIMULATED_FAULT: "hang-at-start" });
    await until(() => engine.log.some((line) => line.includes("Starting to load model")));
    await expect(ask(engine, "/health")).rejects.toThrow(/ECONNREFUSED/);
    engine.interrupt();
    expect(await engine.ended).toBe(0);
  });

  it("kill the engine in the middle of streams: 200, an error object, [DONE], 503, exit code 0", async () => {
    const engine = await start([], { CETERIS_SIMULATED_FAULT: "die-after-requests:2", CETERIS_SIMULATED_SPEED: "3" });
    const replies = await Promise.all([
      ask(engine, "/v1/completions", endless),
      ask(engine, "/v1/completions", endless),
    ]);
    for (const { status, text } of replies) {
      const ends = events(text);
      expect(status).toBe(200);
      expect(ends.at(-1)).toBe("[DONE]");
      expect(JSON.parse(ends.at(-2)!).error).toMatchObject({
        code: 500,
        type: "InternalServerError",
        message: expect.stringMatching(/^EngineCore encountered an issue\./),
      });
      expect(JSON.parse(ends[0]!).choices).toHaveLength(1);
    }
    expect((await ask(engine, "/health")).status).toBe(503);
    expect((await ask(engine, "/v1/completions", stream)).status).toBe(500);
    expect(await engine.ended).toBe(0);
    const log = engine.log.join("\n");
    expect(log).toContain("[shutdown] MPClient: engine core exited unexpectedly; starting cleanup");
    const recorded = readFileSync(new URL("../fixtures/vllm/failures/engine_killed.txt", import.meta.url), "utf8");
    expect(recorded).toContain("[shutdown] MPClient: engine core exited unexpectedly; starting cleanup");
    expect(engine.truth.filter((row) => row.endsWith(",error"))).toHaveLength(2);
  });

  it("make the whole program vanish", async () => {
    const codes: number[] = [];
    const engine = await start(
      [],
      { CETERIS_SIMULATED_FAULT: "vanish-after-requests:1", CETERIS_SIMULATED_SPEED: "1" },
      { exit: (code) => codes.push(code) },
    );
    const reply = await ask(engine, "/v1/completions", endless);
    expect(reply.text).not.toContain("[DONE]");
    expect(await engine.ended).toBe(137);
    expect(codes).toEqual([137]);
  });

  it("answer every so-manieth request with 500", async () => {
    const engine = await start([], { CETERIS_SIMULATED_FAULT: "error-every:3" });
    const statuses: number[] = [];
    for (let at = 0; at < 6; at++) statuses.push((await ask(engine, "/v1/completions", stream)).status);
    expect(statuses).toEqual([200, 200, 500, 200, 200, 500]);
  });

  it("stall every so-manieth stream", async () => {
    const engine = await start([], { CETERIS_SIMULATED_FAULT: "stall-stream:2" });
    expect((await ask(engine, "/v1/completions", stream)).text).toContain("[DONE]");
    let seen = "";
    const stalled = ask(engine, "/v1/completions", stream, { onText: (text) => ((seen = text), true) }).catch(
      () => null,
    );
    await until(() => engine.truth.length === 3 && events(seen).length >= 3);
    expect(events(seen)).toHaveLength(3);
    engine.interrupt();
    await stalled;
  });

  it("accept a knob and not follow it", async () => {
    const engine = await start(["--max-num-seqs", "16"], {
      CETERIS_SIMULATED_FAULT: "ignore-knob:max_num_seqs,keep-cache",
      VLLM_SERVER_DEV_MODE: "1",
    });
    const info = JSON.parse((await ask(engine, "/server_info?config_format=json")).text);
    expect(info.vllm_config.scheduler_config.max_num_seqs).toBe(1024);
    expect(engine.log.join("\n")).toContain("'max_num_seqs': 16");
    expect(JSON.parse((await ask(engine, "/reset_prefix_cache", {})).text)).toEqual({ success: false });
  });

  it("do not obey signals, and go on answering", async () => {
    const engine = await launch([], { CETERIS_SIMULATED_FAULT: "ignore-signals,vanish-after-requests:1" });
    await until(() => engine.log.includes("INFO:     Application startup complete."));
    engine.interrupt();
    expect((await ask(engine, "/health")).status).toBe(200);
    await ask(engine, "/v1/completions", stream).catch(() => null);
    expect(await engine.ended).toBe(137);
  });
});

describe("runSimulatedEngine", () => {
  it("needs no model name, as vllm serve", async () => {
    const log: string[] = [];
    const options = { argv: ["--max-model-len", "400k"], variables: {}, log: (line: string) => log.push(line) };
    expect(await runSimulatedEngine({ ...options, signal: new AbortController().signal })).toBe(1);
    expect(log.join("\n")).toContain("'model_tag': 'Qwen/Qwen3-0.6B'");
  });
});
