import { describe, expect, it } from "vitest";
import { readCompletionEvent, type CompletionEvent } from "../../../src/client/stream/completion-event.ts";

function read(event: unknown): CompletionEvent {
  return readCompletionEvent(JSON.stringify(event));
}

describe("readCompletionEvent", () => {
  const tokens: { what: string; choice: unknown; bears: boolean; said: string }[] = [
    { what: "text", choice: { text: " w1" }, bears: true, said: " w1" },
    { what: "content", choice: { delta: { content: "hi" } }, bears: true, said: "hi" },
    { what: "an empty role", choice: { delta: { role: "assistant", content: "" } }, bears: false, said: "" },
    { what: "a role and no content", choice: { delta: { role: "assistant", content: null } }, bears: false, said: "" },
    { what: "token ids without text", choice: { text: "", token_ids: [2] }, bears: true, said: "" },
    { what: "an empty list of token ids", choice: { text: "", token_ids: [] }, bears: false, said: "" },
    { what: "reasoning_content", choice: { delta: { reasoning_content: "so" } }, bears: true, said: "so" },
    { what: "reasoning", choice: { delta: { reasoning: "so" } }, bears: true, said: "so" },
    {
      what: "both spellings of reasoning",
      choice: { delta: { reasoning: "so", reasoning_content: "so" } },
      bears: true,
      said: "so",
    },
    {
      what: "a tool call",
      choice: { delta: { tool_calls: [{ index: 0, function: { name: "f", arguments: "{" } }] } },
      bears: true,
      said: "f{",
    },
    { what: "a finish alone", choice: { text: "", finish_reason: "stop" }, bears: false, said: "" },
  ];
  for (const { what, choice, bears, said } of tokens) {
    it(`${bears ? "takes" : "does not take"} ${what} for a token`, () => {
      expect(read({ choices: [choice] })).toMatchObject({ bearsTokens: bears, said, error: null, choices: 1 });
    });
  }

  it("keeps reasoning out of the text", () => {
    expect(read({ choices: [{ delta: { reasoning_content: "so ", content: "yes" } }] })).toMatchObject({
      text: "yes",
      said: "so yes",
    });
  });

  it("reads usage and finish", () => {
    expect(read({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 3 } })).toMatchObject({
      promptTokens: 5,
      completionTokens: 3,
      choices: 0,
      bearsTokens: false,
    });
    expect(read({ choices: [{ text: "a", finish_reason: "length" }], usage: null })).toMatchObject({
      finish: "length",
      completionTokens: null,
    });
  });

  it("finds an error in every form that servers give it", () => {
    expect(read({ error: { message: "EngineCore died", code: 500 } }).error).toBe("EngineCore died");
    expect(read({ error: "out of memory" }).error).toBe("out of memory");
    expect(read({ object: "error", message: "bad" }).error).toBe("bad");
    expect(read({ error: { code: 500 } }).error).toBe('{"code":500}');
    expect(read({ detail: "no such model" }).error).toBe("no such model");
    expect(read({ choices: [{ error: { message: "overloaded" }, finish_reason: "error" }] }).error).toBe("overloaded");
    for (const error of [null, "", false]) expect(read({ error, choices: [{ text: "a" }] }).error).toBeNull();
  });

  it.each(["{broken", "[1]", "null", "7", '"text"', ""])("says that %s is not a JSON object", (data) => {
    expect(readCompletionEvent(data)).toMatchObject({ problem: "it is not a JSON object", bearsTokens: false });
  });

  it("takes the first of two twins that says something", () => {
    const said = (delta: object) => read({ choices: [{ delta }] });
    expect(said({ content: "", reasoning_content: "", reasoning: "so" })).toMatchObject({ said: "so", text: "" });
    expect(said({ reasoning: "", reasoning_content: "so" })).toMatchObject({ bearsTokens: true, said: "so" });
    const details = [
      { type: "reasoning.text", text: "so " },
      { type: "reasoning.encrypted", data: "x" },
    ];
    expect(said({ reasoning: "", reasoning_details: details })).toMatchObject({ said: "so ", text: "" });
    expect(said({ reasoning: "so ", reasoning_details: details })).toMatchObject({ said: "so " });
    expect(said({ content: null, refusal: "no" })).toMatchObject({ bearsTokens: true, said: "no", text: "" });
    expect(said({ tool_calls: [], function_call: { name: "f", arguments: "" } })).toMatchObject({ said: "f" });
    expect(said({ tool_calls: [{ function: { name: null, arguments: "" } }], function_call: null })).toMatchObject({
      bearsTokens: false,
    });
    expect(read({ choices: [{ text: "", delta: { content: "a" } }] })).toMatchObject({ text: "a" });
  });

  it("reads content that is a list of parts, reasoning apart", () => {
    const thinking = { type: "thinking", thinking: [{ type: "text", text: "so " }] };
    const content = [thinking, { type: "text", text: "ye" }, { type: "image_url", image_url: {} }, "s"];
    expect(read({ choices: [{ delta: { content } }] })).toMatchObject({ text: "yes", said: "so yes", problem: null });
    expect(read({ choices: [{ delta: { content: [] } }] })).toMatchObject({ bearsTokens: false, problem: null });
  });

  it("reads a call that comes by itself, and arguments that are an object", () => {
    const call = { index: 0, function: { name: "f", arguments: { a: 1 } } };
    expect(read({ choices: [{ delta: { tool_calls: call } }] })).toMatchObject({ said: 'f{"a":1}', calls: true });
  });

  const wrong: [string, unknown, RegExp][] = [
    ["choices that are a number", { choices: 5 }, /^choices is 5, not a list$/],
    ["choices that are an object", { choices: { index: 0 } }, /^choices is \{"index":0\}, not a list$/],
    ["a choice that is a text", { choices: ["a"] }, /^a choice is "a", not an object$/],
    ["a delta that is a text", { choices: [{ delta: "a" }] }, /^delta is "a"/],
    ["a text that is a number", { choices: [{ text: 5 }] }, /^text is 5, not a text or a list of parts$/],
    ["content that is true", { choices: [{ delta: { content: true } }] }, /^content is true/],
    ["calls that are a number", { choices: [{ delta: { tool_calls: 3 } }] }, /^a call is 3/],
    [
      "a function that is a text",
      { choices: [{ delta: { tool_calls: [{ function: "f" }] } }] },
      /^the function of a call/,
    ],
    ["token ids that are texts", { choices: [{ text: "a", token_ids: ["5"] }] }, /^token_ids is \["5"\]/],
    ["half a token id", { choices: [{ text: "a", token_ids: [0.5] }] }, /^token_ids/],
    ["a finish that is an object", { choices: [{ finish_reason: { type: "length" } }] }, /^finish_reason is \{/],
  ];
  it.each(wrong)("says what is wrong with %s", (_what, event, problem) => {
    expect(read(event).problem).toMatch(problem);
  });

  it("passes over null wherever it stands", () => {
    const call = { tool_calls: [null, { function: null }] };
    for (const event of [
      { choices: null },
      { choices: [null] },
      { choices: [{ delta: null }] },
      { choices: [{ delta: call }] },
    ]) {
      expect(read(event)).toMatchObject({ problem: null, error: null, bearsTokens: false });
    }
  });

  it("shows what is nested without end, and goes no deeper itself", () => {
    const nested = (open: string, close: string) => open.repeat(20_000) + close.repeat(20_000);
    const parts = readCompletionEvent(`{"choices":[{"delta":{"content":${nested("[", "]")}}}]}`);
    expect(parts.problem).toMatch(/^content is .+, not a text or a list of parts$/);
    const error = readCompletionEvent(`${'{"error":'.repeat(20_000)}1${"}".repeat(20_000)}`);
    expect(error.error).toMatch(/nested too deeply|^\{"error"/);
  });

  it("knows counts from what is none", () => {
    const usage = (given: unknown) => read({ choices: [], usage: given });
    expect(usage({ completion_tokens: "8" }).countProblem).toBe('completion_tokens is "8"');
    expect(usage({ completion_tokens: -1 }).countProblem).toBe("completion_tokens is -1");
    expect(usage({ prompt_tokens: 2.5, completion_tokens: 3 }).countProblem).toBe("prompt_tokens is 2.5");
    expect(usage([7, 8]).countProblem).toBe("usage is [7,8]");
    expect(readCompletionEvent('{"usage":{"completion_tokens":1e999}}').countProblem).toMatch(/Infinity/);
    expect(usage({ completion_tokens: null })).toMatchObject({ countProblem: null, completionTokens: null });
  });

  it("treats an empty finish reason as none", () => {
    expect(read({ choices: [{ text: "a", finish_reason: "" }] }).finish).toBeNull();
  });
});
