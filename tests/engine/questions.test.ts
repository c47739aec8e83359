import { describe, expect, it } from "vitest";
import { askTokens } from "../../src/engine/questions.ts";
import type { CountedAs, TokenizeRoute } from "../../src/schema/engine.ts";
import { succeed } from "../../src/schema/result.ts";
import type { Network } from "../../src/world/world.ts";
import { makeEngine } from "../support/make-study.ts";

const vllm: TokenizeRoute = {
  path: "/tokenize",
  text: "prompt",
  fields: { add_special_tokens: true },
  partFields: { add_special_tokens: false },
  messages: "messages",
  count: "count",
};
const llamaCpp: TokenizeRoute = {
  path: "/tokenize",
  text: "content",
  fields: { add_special: true },
  partFields: { add_special: false },
  messages: null,
  count: "tokens",
};

async function ask(route: TokenizeRoute | null, as: CountedAs, text = '{"count":7,"tokens":[1,2,3]}', status = 200) {
  const asked: Parameters<Network["request"]>[0][] = [];
  const network = {
    request: async (request) => {
      asked.push(request);
      return succeed({ status, headers: {}, text });
    },
  } satisfies Partial<Network> as unknown as Network;
  const address = { url: "http://127.0.0.1:1", access: { headers: { authorization: "Bearer key" }, secrets: ["key"] } };
  const answer = await askTokens({ network }, address, makeEngine({ tokenize: route }), {
    model: "m",
    text: "some text",
    as,
  });
  return {
    answer,
    asked: asked.map(({ url, method, headers, body }) => ({
      url,
      method,
      headers,
      body: JSON.parse(body as string) as unknown,
    })),
  };
}

describe("how many tokens an engine makes of a text", () => {
  it.each([
    [vllm, "prompt", { prompt: "some text", add_special_tokens: true }],
    [vllm, "part", { prompt: "some text", add_special_tokens: false }],
    [vllm, "chat", { messages: [{ role: "user", content: "some text" }] }],
    [llamaCpp, "prompt", { content: "some text", add_special: true }],
    [llamaCpp, "chat", { content: "some text", add_special: false }],
  ] as const)("is asked as its file says: %j as %s", async (route, as, body) => {
    const { answer, asked } = await ask(route, as);
    expect(answer).toEqual({ ok: true, value: route.count === "count" ? 7 : 3 });
    expect(asked).toEqual([
      {
        url: "http://127.0.0.1:1/tokenize",
        method: "POST",
        headers: { authorization: "Bearer key", "content-type": "application/json" },
        body: { model: "m", ...body },
      },
    ]);
  });

  it("is not known without a route, with a refusal, or with another answer", async () => {
    const missing = await ask(null, "prompt");
    expect(missing.asked).toEqual([]);
    expect(missing.answer).toMatchObject({
      problem: { code: "tokens-not-counted", message: expect.stringContaining("test-engine.yaml") as string },
    });
    const refused = await ask(vllm, "prompt", '{"error":"no tokenizer"}', 404);
    expect(refused.answer).toMatchObject({
      problem: { message: expect.stringMatching(/HTTP 404.*no tokenizer/) as string },
    });
    expect((await ask(vllm, "prompt", '{"count":"7"}')).answer).toMatchObject({ ok: false });
    expect((await ask(vllm, "prompt", '{"count":7}', 500)).answer).toMatchObject({ ok: false });
  });
});
