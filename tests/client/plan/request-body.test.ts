import { describe, expect, it } from "vitest";
import { requestBody, requestPath } from "../../../src/client/plan/request-body.ts";
import type { Endpoint } from "../../../src/schema/sample.ts";
import type { RequestClass } from "../../../src/schema/workload.ts";
import { someWorkload, textSample } from "../../support/completions.ts";
import { conversation } from "../../support/phase.ts";
import { openAccess } from "../../../src/schema/access.ts";

const endpoint: Endpoint = { url: "http://127.0.0.1:1", model: "tiny", requestFields: {}, access: openAccess };
const tokens = { ...textSample(3), prompt: { tokens: [5, 6, 7] } };

describe("requestBody", () => {
  it("says every sampling parameter, and asks for usage", () => {
    expect(requestBody(textSample(0, "hi"), someWorkload(), endpoint)).toEqual({
      ok: true,
      value: {
        model: "tiny",
        prompt: "hi",
        stream: true,
        stream_options: { include_usage: true },
        temperature: 0,
        top_p: 1,
        top_k: 1,
        seed: 42,
        max_tokens: 16,
        min_tokens: 1,
        ignore_eos: false,
      },
    });
  });

  it("writes chat messages, and token ids as they are", () => {
    const chat = requestBody(textSample(0, "hi"), someWorkload({ endpoint: "chat" }), endpoint);
    expect(chat).toMatchObject({ ok: true, value: { messages: [{ role: "user", content: "hi" }] } });
    expect(chat.ok && "prompt" in chat.value).toBe(false);
    expect(requestBody(tokens, someWorkload(), endpoint)).toMatchObject({ ok: true, value: { prompt: [5, 6, 7] } });
    expect([requestPath("completions"), requestPath("chat")]).toEqual(["/v1/completions", "/v1/chat/completions"]);
  });

  it("refuses token ids on the chat endpoint, as a value", () => {
    const refused = requestBody(tokens, someWorkload({ endpoint: "chat" }), endpoint);
    expect(refused).toMatchObject({ ok: false, problem: { code: "prompt-not-taken" } });
    expect(!refused.ok && refused.problem.message).toMatch(/sample 3 .*\/v1\/chat\/completions/);
  });

  it("forces the output length that a sample has", () => {
    const forced = requestBody({ ...textSample(0), outputTokens: 77 }, someWorkload(), endpoint);
    expect(forced).toMatchObject({ ok: true, value: { max_tokens: 77, min_tokens: 77, ignore_eos: true } });
  });

  it("speaks the engine's dialect, also where a length is forced, and leaves the members of others alone", () => {
    const dialect = {
      lacks: { ignore_eos: "none", min_tokens: "none", seed: "none" },
      names: { max_tokens: "max_completion_tokens" },
      topKOfAll: null,
    };
    const requestFields = { min_tokens: 3 };
    const body = requestBody({ ...textSample(0, "hi"), outputTokens: 77 }, someWorkload(), {
      ...endpoint,
      requestFields,
      dialect,
    });
    expect(body).toEqual({
      ok: true,
      value: {
        min_tokens: 3,
        model: "tiny",
        prompt: "hi",
        stream: true,
        stream_options: { include_usage: true },
        temperature: 0,
        top_p: 1,
        top_k: 1,
        max_completion_tokens: 77,
      },
    });
  });

  it("cuts prompts only where the workload says so", () => {
    const cut = requestBody(textSample(0), someWorkload({ load: { truncate_prompt_tokens: 160 } }), endpoint);
    expect(cut).toMatchObject({ ok: true, value: { truncate_prompt_tokens: 160 } });
  });

  it("adds the engine's members, which never take the place of ours", () => {
    const requestFields = {
      return_token_ids: true,
      temperature: 0.7,
      model: "other",
      stream_options: { continuous_usage_stats: true, include_usage: false },
    };
    expect(requestBody(textSample(0), someWorkload(), { ...endpoint, requestFields })).toMatchObject({
      ok: true,
      value: {
        return_token_ids: true,
        temperature: 0,
        model: "tiny",
        stream_options: { continuous_usage_stats: true, include_usage: true },
      },
    });
  });

  it("adds extra members, a class's over the workload's, and none over ours", () => {
    const workload = someWorkload({ extraBody: { one: 1, two: 2, temperature: 9, prompt: "no", stream: false } });
    const requestClass = { name: "c", extra_body: { two: "class", model: "no" } };
    const body = requestBody(textSample(0, "hi"), workload, endpoint, { history: [], requestClass });
    expect(body).toMatchObject({
      ok: true,
      value: { one: 1, two: "class", temperature: 0, prompt: "hi", stream: true, model: "tiny" },
    });
  });

  it("says a class's model and priority where it has them", () => {
    const parts = (requestClass: RequestClass | null) => ({ history: [], requestClass });
    const own = requestBody(textSample(0), someWorkload(), endpoint, parts({ name: "c", model: "lora", priority: 0 }));
    expect(own).toMatchObject({ ok: true, value: { model: "lora", priority: 0 } });
    const plain = requestBody(textSample(0), someWorkload(), endpoint, parts({ name: "c" }));
    expect(plain.ok && Object.hasOwn(plain.value, "priority")).toBe(false);
    expect(plain).toMatchObject({ ok: true, value: { model: "tiny" } });
  });

  it("puts images behind the text of a chat", () => {
    const sample = { ...textSample(0, "hi"), images: { count: 2, width: 8, height: 8, seed: "a" } };
    const body = requestBody(sample, someWorkload({ endpoint: "chat" }), endpoint);
    const url = expect.stringMatching(/^data:image\/png;base64,/) as string;
    expect(body).toMatchObject({
      ok: true,
      value: {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "hi" },
              { type: "image_url", image_url: { url } },
              { type: "image_url", image_url: { url } },
            ],
          },
        ],
      },
    });
  });

  it("samples as a class says, and as the workload where it says nothing", () => {
    const workload = someWorkload();
    const requestClass = { name: "c", sampling: { temperature: 0.7, max_tokens: 90, min_tokens: 90 } };
    expect(requestBody(textSample(0), workload, endpoint, { history: [], requestClass })).toMatchObject({
      ok: true,
      value: { temperature: 0.7, max_tokens: 90, min_tokens: 90, top_p: workload.sampling.top_p },
    });
  });

  it("refuses a conversation of token ids on either endpoint", () => {
    const [turn] = conversation(0, 1);
    const ofTokens = { ...turn!, prompt: { tokens: [1, 2] } };
    for (const kind of ["completions", "chat"] as const) {
      const refused = requestBody(ofTokens, someWorkload({ endpoint: kind }), endpoint);
      expect(refused).toMatchObject({ ok: false, problem: { code: "prompt-not-taken" } });
      expect(!refused.ok && refused.problem.message).toContain("a conversation takes text only");
    }
  });
});
