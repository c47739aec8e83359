import { describe, expect, it } from "vitest";
import { readCompletionEvent } from "../../../src/client/stream/completion-event.ts";
import { EventShape } from "../../../src/client/stream/event-shape.ts";

const plain = (text: string) =>
  `{"id":"cmpl-1","choices":[{"index":0,"text":${JSON.stringify(text)},"finish_reason":null}],"usage":null}`;
const withIds = (text: string, ids: number[]) =>
  `{"id":"cmpl-1","choices":[{"index":0,"text":${JSON.stringify(text)},"finish_reason":null,"prompt_token_ids":null,"token_ids":[${ids.join(",")}]}]}`;
const thought = (text: string) =>
  `{"choices":[{"index":0,"delta":{"reasoning_content":${JSON.stringify(text)}},"finish_reason":null}]}`;
const sent = (data: string) => `data: ${data}\n\n`;

function learn(data: string): EventShape {
  const shape = new EventShape();
  shape.learn(data, readCompletionEvent(data));
  return shape;
}

/** Learns the first event's data, then takes what is alike at the start of the bytes. */
function take(first: string, bytes: string) {
  const shape = learn(first);
  const buffer = Buffer.from(`..${bytes}..`);
  let at = 2;
  const tokens: (number | null)[] = [];
  for (let end = 0; (end = shape.take(buffer, at, buffer.length - 2)) >= 0; at = end) tokens.push(shape.tokens);
  return { left: buffer.toString("utf8", at, buffer.length - 2), tokens, text: text(shape), ids: ids(shape) };
}
const text = (shape: EventShape) => shape.text.drain("latin1");
const ids = (shape: EventShape) => shape.ids.drain("latin1");

/** As `take` gives it where nothing is alike. */
const untouched = (bytes: string) => ({ left: bytes, tokens: [], text: "", ids: "" });

describe("the shape of an event", () => {
  it("takes events that differ in their text, or in their ids, alone", () => {
    expect(take(plain(" a"), sent(plain(" other")))).toEqual({ left: "", tokens: [null], text: " other", ids: "" });
    const two = sent(withIds(" b c", [17, 4])) + sent(withIds("d", [0]));
    expect(take(withIds(" a", [5]), two)).toEqual({ left: "", tokens: [2, 1], text: " b cd", ids: "17,4,0" });
  });

  it("takes reasoning, and knows that it is not the answer's text", () => {
    expect(take(thought("so"), sent(thought(" then")))).toMatchObject({ left: "", text: " then" });
    expect([learn(thought("so")).isText, learn(plain(" a")).isText]).toEqual([false, true]);
  });

  it("takes the short escapes for what they mean", () => {
    const escaped = '"\\\b\f\n\r\t';
    expect(take(plain(" a"), sent(plain(escaped)))).toMatchObject({ left: "", text: escaped });
    expect(take(plain(" a"), sent(plain("a").replace('"a"', '"a\\/b"')))).toMatchObject({ left: "", text: "a/b" });
  });

  it("takes up to the first that is not alike", () => {
    const bytes = sent(plain(" b")) + sent(plain(" c"));
    expect(take(plain(" a"), `${bytes}data: [DONE]\n\n`)).toMatchObject({ left: "data: [DONE]\n\n", text: " b c" });
    expect(take(plain(" a"), bytes.slice(0, -3))).toMatchObject({ left: sent(plain(" c")).slice(0, -3), text: " b" });
  });

  it.each([
    ["a finish", sent(plain(" b").replace('"finish_reason":null', '"finish_reason":"stop"'))],
    ["usage", sent(plain(" b").replace('"usage":null', '"usage":{"completion_tokens":2}'))],
    ["an escape by number", sent(plain("\u0001"))],
    ["an escape that is none", sent(plain(" b").replace('" b"', '"\\x"'))],
    ["a text without end", 'data: {"id":"cmpl-1","choices":[{"index":0,"text":"\\'],
    ["more than ASCII", sent(plain("é"))],
    ["no text", sent(plain(""))],
    ["half an event", sent(plain(" b")).slice(0, -3)],
    ["another line end", `data: ${plain(" b")}\r\n\r\n`],
    ["a comment first", `: keep-alive\n${sent(plain(" b"))}`],
    ["the end", "data: [DONE]\n\n"],
    ["an error", 'data: {"error":{"message":"x"}}\n\n'],
    ["nothing", ""],
  ])("leaves %s to the long way", (_what, bytes) => {
    expect(take(plain(" a"), bytes)).toEqual(untouched(bytes));
  });

  it("compares every byte around the text", () => {
    const alike = sent(plain(" b"));
    const at = alike.indexOf(" b");
    for (let place = 0; place < alike.length; place++) {
      if (place === at || place === at + 1) continue;
      const other = alike.slice(0, place) + (alike[place] === "#" ? "%" : "#") + alike.slice(place + 1);
      expect(take(plain(" a"), other)).toEqual(untouched(other));
    }
  });

  it.each([
    ["no ids", withIds(" b", [])],
    ["ids that are no numbers", withIds(" b", [1]).replace("[1]", "[1,]")],
    ["an id that is missing", withIds(" b", [1]).replace("[1]", "[1,,2]")],
    ["null ids", withIds(" b", [1]).replace("[1]", "null")],
    ["an id with a zero before it", withIds(" b", [1]).replace("[1]", "[01]")],
    ["a second id with a zero before it", withIds(" b", [1]).replace("[1]", "[5,007]")],
    ["an id that is no safe whole number", withIds(" b", [1]).replace("[1]", "[9007199254740993]")],
  ])("leaves %s to the long way", (_what, data) => {
    expect(take(withIds(" a", [5]), sent(data))).toEqual(untouched(sent(data)));
  });

  it("learns nothing where the text stands twice, or is empty, or comes with usage", () => {
    const twice = sent(plain("text"));
    expect(take(plain("text"), twice)).toEqual(untouched(twice)); // "text" is the member's name too
    expect(take(plain(""), sent(plain("")))).toEqual(untouched(sent(plain(""))));
    const counted = plain(" a").replace('"usage":null', '"usage":{"prompt_tokens":1,"completion_tokens":1}');
    expect(take(counted, sent(counted))).toEqual(untouched(sent(counted)));
  });

  it.each([
    ["said was put together from parts", '{"id":"ab","choices":[{"delta":{"content":["a","b"]}}]}'],
    ["an escape hides the text", '{"id":"a","choices":[{"text":"\\u0061"}]}'],
    ["the data lie on several lines", '{"choices":\n[{"text":"a"}]}'],
    ["ids stand twice", '{"choices":[{"text":"a","token_ids": [5]}],"x":{"token_ids":[5]}}'],
    ["a count is none", '{"choices":[{"text":"a"}],"usage":{"completion_tokens":"a few"}}'],
    ["something is of a wrong type", '{"choices":[{"text":"a","finish_reason":5}]}'],
  ])("learns nothing where %s", (_what, data) => {
    expect(take(data, sent(data))).toEqual(untouched(sent(data)));
  });

  it("forgets a shape when an event comes that cannot be learnt from", () => {
    const shape = learn(plain(" a"));
    const last = plain(" b").replace('"finish_reason":null', '"finish_reason":"stop"');
    shape.learn(last, readCompletionEvent(last));
    const bytes = Buffer.from(sent(plain(" c")));
    expect(shape.take(bytes, 0, bytes.length)).toBe(-1);
  });

  it("is used again when it is given back, and knows nothing then", () => {
    const shape = EventShape.borrow();
    shape.learn(thought("so"), readCompletionEvent(thought("so")));
    const bytes = Buffer.from(sent(thought(" then")));
    expect(shape.take(bytes, 0, bytes.length)).toBe(bytes.length);
    shape.release();
    const next = EventShape.borrow();
    expect(next).toBe(shape);
    expect(EventShape.borrow()).not.toBe(shape);
    expect({ took: next.take(bytes, 0, bytes.length), text: text(next), isText: next.isText }).toEqual({
      took: -1,
      text: "",
      isText: true,
    });
  });
});
