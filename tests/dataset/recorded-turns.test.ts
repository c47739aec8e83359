import { expect, it } from "vitest";
import { recordedText } from "../../src/dataset/recorded-turns.ts";

it("takes the text of content that is a list of parts", () => {
  expect(recordedText([{ type: "text", text: "How " }, { type: "image_url" }, { type: "text", text: "tall?" }])).toBe(
    "How tall?",
  );
  expect(recordedText("How tall?")).toBe("How tall?");
});

it.each([[""], [null], [7], [[]], [[{ type: "image_url" }]]])("has no text of %j", (content) => {
  expect(recordedText(content)).toBeNull();
});
