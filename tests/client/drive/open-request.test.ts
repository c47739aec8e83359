import { expect, it } from "vitest";
import { newRecord } from "../../../src/client/stream/new-record.ts";
import { OpenRequest } from "../../../src/client/drive/open-request.ts";
import { createTokenLog } from "../../../src/client/stream/token-log.ts";
import type { Receiver, Transport } from "../../../src/client/transport/transport.ts";
import { completionEvents, textSample } from "../../support/completions.ts";

/** A request on a transport that answers when the test says so. */
function opened(log = createTokenLog()) {
  const record = { ...newRecord(textSample(0), "measure", null, null), index: 0 };
  const seen = { done: 0, cancelled: 0, nearest: Infinity };
  const request = new OpenRequest(record, {
    log,
    keepText: true,
    needsText: false,
    secrets: [],
    rules: { maxTokens: 100, finishReasons: [] },
    rule: null,
    deadlineS: 1,
    now: () => 5,
    onLastEvent: (one) => void (seen.nearest = one.deadlineNs),
    onDone: () => void (seen.done += 1),
  });
  const sent: Receiver[] = [];
  const send: Transport["send"] = (_path, _body, receiver) => {
    sent.push(receiver);
    return () => void (seen.cancelled += 1);
  };
  request.send({ send } as Transport, "/", Buffer.alloc(0));
  return { request, record, seen, receiver: sent[0]! };
}

const stream = Buffer.from(completionEvents(3).join(""));

it("fails alone where reading its answer is an internal error, once the read is over", async () => {
  const log = createTokenLog();
  log.append = () => {
    throw new RangeError("no room for an event");
  };
  const { request, record, seen, receiver } = opened(log);
  receiver.onHead(200, () => null);
  receiver.onBody(stream, 0, stream.length, 1);
  receiver.onBody(stream, 0, stream.length, 2);
  expect(seen).toMatchObject({ done: 0, cancelled: 0 });
  await Promise.resolve();
  expect(seen).toMatchObject({ done: 1, cancelled: 1 });
  request.settle();
  expect(record.error).toMatch(/^internal error: RangeError: no room for an event at .*open-request\.test\.ts/);
});

it("has that reason also where the answer ended in the same read", async () => {
  const { request, record, seen, receiver } = opened();
  receiver.onHead(200, () => {
    throw new Error("no headers");
  });
  receiver.onEnd(null, 3);
  await Promise.resolve();
  request.settle();
  expect(seen).toMatchObject({ done: 1, cancelled: 0 });
  expect(record.error).toMatch(/^internal error: Error: no headers/);
});

it("is finished where nothing is wrong", () => {
  const { request, record, receiver } = opened();
  receiver.onHead(200, () => null);
  receiver.onBody(stream, 0, stream.length, 1);
  receiver.onEnd(null, 3);
  request.settle();
  expect(record).toMatchObject({ error: null, chunks: 3, outputTokens: 3, endNs: 3 });
});

it("waits a quarter of a second, and not for its deadline, where the response stays open behind [DONE]", () => {
  const { request, record, seen, receiver } = opened();
  receiver.onHead(200, () => null);
  receiver.onBody(stream, 0, stream.length, 1);
  expect(seen.nearest).toBe(5 + 0.25e9);
  request.expire();
  request.settle();
  expect(seen).toMatchObject({ done: 1, cancelled: 1 });
  expect(record).toMatchObject({ error: null, chunks: 3, outputTokens: 3, endNs: 5 });
});
