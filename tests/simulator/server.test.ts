import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { ask, events, shape, start, stopAll, until } from "./running-engine.ts";
import { model8b } from "./virtual-load.ts";

const recorded = (name: string) => readFileSync(new URL(`../fixtures/streams/${name}`, import.meta.url), "utf8");
const usage = { include_usage: true };

afterEach(stopAll);

describe("streams", () => {
  it("have the recorded shape for completions", async () => {
    const engine = await start();
    const body = { prompt: "one two three", max_tokens: 5, ignore_eos: true, stream: true, stream_options: usage };
    const reply = await ask(engine, "/v1/completions", body);
    expect(reply.headers).toMatchObject({
      "x-ceteris-origin": "simulated",
      "content-type": "text/event-stream; charset=utf-8",
    });
    const ours = events(reply.text);
    const theirs = events(recorded("vllm-completions-stream.sse"));
    expect(ours.at(-1)).toBe("[DONE]");
    expect(ours.slice(0, -1).map(shape)).toEqual(theirs.slice(0, -1).map(shape));
    expect(JSON.parse(ours.at(-2)!)).toMatchObject({
      system_fingerprint: expect.stringMatching(/^simulated-/),
      usage: { prompt_tokens: 3, total_tokens: 8, completion_tokens: 5 },
    });
  });

  it("have the recorded shape with token ids and running usage", async () => {
    const engine = await start();
    const reply = await ask(engine, "/v1/completions", {
      prompt: [5, 6, 7, 8, 9],
      max_tokens: 4,
      ignore_eos: true,
      stream: true,
      return_token_ids: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
    });
    const ours = events(reply.text).slice(0, -1);
    expect(ours.map(shape)).toEqual(events(recorded("vllm-completions-stream-token-ids.sse")).slice(0, -1).map(shape));
    expect(JSON.parse(ours[0]!).choices[0].prompt_token_ids).toEqual([5, 6, 7, 8, 9]);
  });

  it("have the recorded shape for chat", async () => {
    const engine = await start();
    const reply = await ask(engine, "/v1/chat/completions", {
      messages: [{ role: "user", content: "hello there" }],
      max_tokens: 4,
      min_tokens: 4,
      ignore_eos: true,
      stream: true,
      return_token_ids: true,
      stream_options: usage,
    });
    expect(events(reply.text).slice(0, -1).map(shape)).toEqual(
      events(recorded("vllm-chat-stream.sse")).slice(0, -1).map(shape),
    );
  });

  it("say who made them where no usage is asked for", async () => {
    const engine = await start();
    const reply = await ask(engine, "/v1/completions", {
      prompt: "a b",
      max_tokens: 2,
      ignore_eos: true,
      stream: true,
    });
    const last = JSON.parse(events(reply.text).at(-2)!);
    expect(last).toMatchObject({
      system_fingerprint: expect.stringMatching(/^simulated-/),
      choices: [{ finish_reason: "length" }],
    });
  });

  it("hold several tokens a chunk with a stream interval", async () => {
    const engine = await start(["--stream-interval", "4"]);
    const body = { prompt: [1, 2], max_tokens: 10, ignore_eos: true, stream: true, return_token_ids: true };
    const reply = await ask(engine, "/v1/completions", body);
    const sizes = events(reply.text)
      .slice(0, -1)
      .map((event) => JSON.parse(event).choices[0].token_ids.length);
    expect(sizes).toEqual([1, 4, 4, 1]);
  });
});

describe("whole answers", () => {
  it("say the same as the stream, and the same again", async () => {
    const engine = await start(["--enable-prompt-tokens-details"]);
    const body = {
      prompt: "Shorten.\n\nIt rained. Then it did not.",
      max_tokens: 20,
      temperature: 0,
      return_token_ids: true,
    };
    const whole = JSON.parse((await ask(engine, "/v1/completions", body)).text);
    const streamed = events((await ask(engine, "/v1/completions", { ...body, stream: true })).text).slice(0, -1);
    expect(streamed.map((event) => JSON.parse(event).choices[0].text).join("")).toBe(whole.choices[0].text);
    expect(streamed.flatMap((event) => JSON.parse(event).choices[0].token_ids)).toEqual(whole.choices[0].token_ids);
    expect(whole.choices[0].text).toMatch(/^ It rained\. Then it did not\./);
    expect(whole).toMatchObject({
      object: "text_completion",
      model: model8b,
      usage: { prompt_tokens_details: { cached_tokens: 0 } },
      system_fingerprint: expect.stringMatching(/^simulated-vllm-0\.32\.0-[0-9a-f]{8}$/),
    });
    const chat = JSON.parse(
      (
        await ask(engine, "/v1/chat/completions", {
          messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
        })
      ).text,
    );
    expect(chat).toMatchObject({ object: "chat.completion", choices: [{ message: { role: "assistant" } }] });
  });

  it("end by themselves where they may, at lengths around max_tokens", async () => {
    const engine = await start();
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        ask(engine, "/v1/completions", { prompt: [at, 7, 9], max_tokens: 60, min_tokens: 40 }),
      ),
    );
    const ends = replies.map(({ text }) => JSON.parse(text));
    const lengths = ends.map((end) => end.usage.completion_tokens as number);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...lengths)).toBe(60);
    for (const end of ends)
      expect(end.choices[0].finish_reason).toBe(end.usage.completion_tokens < 60 ? "stop" : "length");
    expect(new Set(ends.map((end) => end.choices[0].finish_reason)).size).toBe(2);
  });

  it("keep the last tokens of a prompt that is cut", async () => {
    const engine = await start();
    const body = { prompt: [1, 2, 3, 4, 5], truncate_prompt_tokens: 2, max_tokens: 1, return_token_ids: true };
    expect(JSON.parse((await ask(engine, "/v1/completions", body)).text)).toMatchObject({
      choices: [{ prompt_token_ids: [4, 5] }],
      usage: { prompt_tokens: 2 },
    });
  });
});

describe("refusals", () => {
  it("are worded as vLLM's", async () => {
    const engine = await start(["--max-model-len", "2048", "--served-model-name", "models/tiny"]);
    const refused = async (body: unknown) => {
      const { status, text } = await ask(engine, "/v1/completions", body);
      return [status, JSON.parse(text).error.message];
    };
    const big = await ask(engine, "/v1/completions", { prompt: "x", max_tokens: 99_999 });
    expect(JSON.parse(big.text)).toEqual(JSON.parse(recorded("vllm-error-max-tokens.json")));
    expect(await refused({ prompt: "x", max_tokens: 4, min_tokens: 9 })).toEqual([
      400,
      "min_tokens must be less than or equal to max_tokens=4, got 9.",
    ]);
    expect(await refused({ prompt: "x", model: "nope" })).toEqual([
      404,
      "The model `nope` does not exist. Valid aliases: models/tiny.",
    ]);
    expect(await refused({ prompt: Array(2045).fill(9), max_tokens: 4 })).toEqual([
      400,
      "This model's maximum context length is 2048 tokens. However, you requested 4 output tokens and your prompt contains at least 2045 input tokens, for a total of at least 2049 tokens. Please reduce the length of the input prompt or the number of requested output tokens. (parameter=input_tokens, value=2045)",
    ]);
    expect(await refused({ prompt: "x", max_tokens: 0 })).toEqual([400, "max_tokens must be at least 1, got 0."]);
    expect((await refused("{bad"))[0]).toBe(400);
    expect((await refused({}))[0]).toBe(400);
    expect((await refused({ prompt: [1, 999_999] }))[1]).toContain("out of vocabulary");
    expect((await refused({ prompt: ["a", "b"] }))[1]).toContain("one prompt");
    expect((await ask(engine, "/v1/chat/completions", { model: "models/tiny" })).status).toBe(400);
    expect((await ask(engine, "/nothing")).status).toBe(404);
    expect((await ask(engine, "/v1/completions", undefined)).status).toBe(405);
  });
});

describe("other routes", () => {
  it("answer as vLLM's, and all say that they are simulated", async () => {
    const engine = await start(["--max-model-len", "4k"]);
    const [health, version, models, load, tokenized, ping] = await Promise.all([
      ask(engine, "/health"),
      ask(engine, "/version"),
      ask(engine, "/v1/models"),
      ask(engine, "/load"),
      ask(engine, "/tokenize", { prompt: "hello wide world" }),
      ask(engine, "/ping", {}),
    ]);
    expect([health.status, health.text, ping.status]).toEqual([200, "", 200]);
    expect(JSON.parse(version.text)).toEqual({ version: "0.32.0" });
    expect(JSON.parse(models.text).data[0]).toMatchObject({ id: model8b, max_model_len: 4000 });
    expect(JSON.parse(load.text)).toEqual({ server_load: 0 });
    expect(JSON.parse(tokenized.text)).toMatchObject({ count: 3, max_model_len: 4000 });
    for (const { headers } of [health, version, models, load, tokenized])
      expect(headers["x-ceteris-origin"]).toBe("simulated");
    expect((await ask(engine, "/metrics")).text).toContain("vllm:num_requests_running{");
  });

  it("hide the development routes unless asked", async () => {
    const plain = await start();
    expect((await ask(plain, "/server_info")).text).toBe('{"detail":"Not Found"}');
    expect((await ask(plain, "/reset_prefix_cache", {})).status).toBe(404);
    const engine = await start(["--max-num-seqs", "7"], { VLLM_SERVER_DEV_MODE: "1", VLLM_API_KEY: "hidden" });
    const info = await ask(engine, "/server_info?config_format=json");
    expect(JSON.parse(info.text)).toMatchObject({
      vllm_config: { scheduler_config: { max_num_seqs: 7 } },
      vllm_env: { VLLM_SERVER_DEV_MODE: "1" },
      ceteris: { origin: "simulated" },
    });
    expect(info.text).not.toContain("hidden");
    expect((await ask(engine, "/reset_mm_cache", {})).status).toBe(200);
  });

  it("reset the prefix cache only while no request holds blocks", async () => {
    const engine = await start([], { VLLM_SERVER_DEV_MODE: "1", CETERIS_SIMULATED_SPEED: "1" });
    const reset = async () => JSON.parse((await ask(engine, "/reset_prefix_cache", {})).text);
    let held: unknown = null;
    let asked = false;
    await ask(
      engine,
      "/v1/completions",
      { prompt: [1, 2, 3], max_tokens: 5000, ignore_eos: true, stream: true },
      {
        onText() {
          if (!asked) void reset().then((answer) => (held = answer));
          asked = true;
          return held === null;
        },
      },
    );
    expect(held).toEqual({ success: false });
    await until(() => engine.truth.some((row) => row.endsWith(",abort")));
    expect(await reset()).toEqual({ success: true });
  });
});
