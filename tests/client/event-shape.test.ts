import { describe, expect, it } from "vitest";
import { readCompletionEvent } from "../../src/client/completion-event.ts";
import { createEventShape } from "../../src/client/event-shape.ts";

const plain = (text: string) =>
  `{"id":"cmpl-1","choices":[{"index":0,"text":${JSON.stringify(text)},"finish_reason":null}],"usage":null}`;
const withIds = (text: string, ids: number[]) =>
  `{"id":"cmpl-1","choices":[{"index":0,"text":${JSON.stringify(text)},"finish_reason":null,"prompt_token_ids":null,"token_ids":[${ids.join(",")}]}]}`;

/** Learns the first event's data, then matches the bytes of the second. */
function match(first: string, bytes: string) {
  const shape = createEventShape();
  const event = readCompletionEvent(first);
  if (event === null) throw new Error("not an event");
  shape.learn(first, event);
  const buffer = Buffer.from(`..${bytes}..`);
  return shape.match(buffer, 2, buffer.length - 2);
}
const sent = (data: string) => `data: ${data}\n\n`;

describe("the shape of an event", () => {
  it("takes the next event that differs in its text, or in its ids, alone", () => {
    expect(match(plain(" a"), sent(plain(" other")))).toEqual({ text: " other", tokenIds: null });
    expect(match(withIds(" a", [5]), sent(withIds(" b c", [17, 4])))).toEqual({ text: " b c", tokenIds: [17, 4] });
  });

  it.each([
    ["a finish", sent(plain(" b").replace('"finish_reason":null', '"finish_reason":"stop"'))],
    ["usage", sent(plain(" b").replace('"usage":null', '"usage":{"completion_tokens":2}'))],
    ["an escape", sent(plain('"'))],
    ["more than ASCII", sent(plain("é"))],
    ["no text", sent(plain(""))],
    ["two events", sent(plain(" b")) + sent(plain(" c"))],
    ["half an event", sent(plain(" b")).slice(0, -3)],
    ["a comment first", `: keep-alive\n${sent(plain(" b"))}`],
    ["the end", "data: [DONE]\n\n"],
    ["an error", 'data: {"error":{"message":"x"}}\n\n'],
  ])("leaves %s to the long way", (_what, bytes) => {
    expect(match(plain(" a"), bytes)).toBeNull();
  });

  it.each([
    ["no ids", withIds(" b", [])],
    ["ids that are no numbers", withIds(" b", [1]).replace("[1]", "[1,]")],
    ["null ids", withIds(" b", [1]).replace("[1]", "null")],
  ])("leaves %s to the long way", (_what, data) => {
    expect(match(withIds(" a", [5]), sent(data))).toBeNull();
  });

  it("learns nothing where the text stands twice, or is empty, or comes with usage", () => {
    const twice = plain("text");
    expect(match(twice, sent(plain("text")))).toBeNull(); // "text" is the member's name too
    expect(match(plain(""), sent(plain("")))).toBeNull();
    const counted = plain(" a").replace('"usage":null', '"usage":{"prompt_tokens":1,"completion_tokens":1}');
    expect(match(counted, sent(counted))).toBeNull();
  });
});
