import { describe, expect, it } from "vitest";
import { readCompletionEvent } from "../../src/client/completion-event.ts";

function read(event: unknown) {
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
    expect(read({ error: { message: "EngineCore died", code: 500 } })?.error).toBe("EngineCore died");
    expect(read({ error: "out of memory" })?.error).toBe("out of memory");
    expect(read({ object: "error", message: "bad" })?.error).toBe("bad");
    expect(read({ error: { code: 500 } })?.error).toBe('{"code":500}');
    expect(read({ error: null, choices: [{ text: "a" }] })?.error).toBeNull();
  });

  it("answers null where there is no JSON object", () => {
    expect(readCompletionEvent("{broken")).toBeNull();
    expect(readCompletionEvent("[1]")).toBeNull();
    expect(readCompletionEvent("null")).toBeNull();
    expect(readCompletionEvent("7")).toBeNull();
  });
});
