import { describe, expect, it } from "vitest";
import { askRoutes, askTokens, tryRequest } from "../../src/engine/questions.ts";
import type { CountedAs, TokenizeRoute } from "../../src/schema/engine.ts";
import { fail, succeed } from "../../src/schema/result.ts";
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

describe("a server before a run", () => {
  const address = { url: "http://127.0.0.1:1", access: { headers: {}, secrets: ["key-1234"] } };
  const answering = (of: (request: Parameters<Network["request"]>[0]) => [number, string] | null) =>
    ({
      request: async (request) => {
        const found = of(request);
        return found === null
          ? fail("no-answer", "no answer", "")
          : succeed({ status: found[0], headers: {}, text: found[1] });
      },
    }) satisfies Partial<Network> as unknown as Network;

  it("has the routes that answer, and those that refuse the method alone", async () => {
    const asked: string[] = [];
    const statuses: Record<string, number> = { "/health": 200, "/metrics": 404, "/tokenize": 405, "/reset": 405 };
    const network = answering(({ url, method = "GET" }) => {
      asked.push(method);
      const status = statuses[url.replace(address.url, "")];
      return status === undefined ? null : [status, ""];
    });
    const engine = makeEngine({
      tokenize: vllm,
      metricsPath: "/metrics",
      versionProbe: { path: "/version", field: "version" },
      cacheReset: [{ path: "/reset" }],
    });
    const routes = await askRoutes({ network }, address, engine);
    expect(routes.map(({ path, isThere }) => [path, isThere])).toEqual([
      [engine.readiness.path, true],
      ["/version", null],
      ["/metrics", false],
      ["/tokenize", true],
      ["/reset", true],
    ]);
    expect(new Set(asked)).toEqual(new Set(["GET"]));
  });

  it("streams and counts, or says why not, without a secret", async () => {
    const tried = (status: number, text: string) =>
      tryRequest({ network: answering(() => [status, text]) }, address, { path: "/v1/completions", body: "{}" });
    const event = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens": 1}}\n\ndata: [DONE]\n';
    expect(await tried(200, event)).toEqual({ status: 200, isStreamed: true, isCounted: true, said: "" });
    expect(await tried(200, '{"choices":[]}')).toMatchObject({ isStreamed: false, isCounted: false });
    expect(await tried(401, "bad key\n key-1234")).toMatchObject({ status: 401, said: "bad key ***" });
    const silent = tryRequest({ network: answering(() => null) }, address, { path: "/v1/completions", body: "{}" });
    expect(await silent).toMatchObject({ status: null, said: "no answer" });
  });
});
