import { expect, it } from "vitest";
import { readContent } from "../../src/schema/message-content.ts";

it.each([
  ["a text", "a", { text: "a", thought: "" }],
  ["null", null, { text: "", thought: "" }],
  [
    "a list of parts",
    [
      { type: "text", text: "a " },
      { type: "text", text: "b" },
    ],
    { text: "a b", thought: "" },
  ],
  ["one part by itself", { type: "text", text: "a" }, { text: "a", thought: "" }],
  ["texts among the parts", ["a", { text: "b" }, null], { text: "ab", thought: "" }],
  [
    "a thought of parts",
    [{ type: "thinking", thinking: [{ type: "text", text: "so" }] }, "a"],
    { text: "a", thought: "so" },
  ],
  ["a summary of reasoning", [{ type: "reasoning.summary", summary: "so" }], { text: "", thought: "so" }],
  ["an image", [{ type: "image_url", image_url: { url: "x" } }], { text: "", thought: "" }],
  ["a part that says it twice", { text: "a", content: "a" }, { text: "a", thought: "" }],
])("reads %s", (_what, content, expected) => {
  expect(readContent(content)).toMatchObject(expected);
});

it.each([
  ["a number", 5],
  ["true", true],
  ["a part that is a number", [5]],
  ["a text that is a list of numbers", [{ text: [1] }]],
])("does not read %s", (_what, content) => {
  expect(readContent(content)).toBeNull();
});

it("goes no deeper than anybody nests", () => {
  let content: unknown = "a";
  for (let depth = 0; depth < 20_000; depth += 1) content = [content];
  expect(readContent(content)).toBeNull();
});
