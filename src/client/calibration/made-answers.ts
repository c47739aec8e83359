import type { Socket } from "node:net";

/** What the null server sends: the head of an answer, its token events in turn, and its end. Framed as chunks. */
export const answerHead = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n",
);

const common = { id: "cmpl-null", object: "text_completion", created: 0, model: "null" };

/** Texts of several lengths, as tokens have them. */
const events = Array.from({ length: 64 }, (_, place) => {
  const text = ` ${"abcdefghij".slice(0, 1 + (place % 10))}`;
  return eventOf({ choices: [{ index: 0, text, logprobs: null, finish_reason: null }] });
});

/** One token of an answer that has so many; the last with all that follows it. */
export function answerToken(place: number, tokens: number): Buffer {
  const event = events[place % events.length]!;
  return place + 1 < tokens ? event : Buffer.concat([event, ending(tokens)]);
}

function ending(tokens: number): Buffer {
  const usage = { prompt_tokens: 1, completion_tokens: tokens, total_tokens: tokens + 1 };
  const finish = eventOf({ choices: [{ index: 0, text: "", logprobs: null, finish_reason: "length" }] });
  const last = Buffer.concat([finish, eventOf({ choices: [], usage })]);
  return Buffer.concat([last, framed("data: [DONE]\n\n"), Buffer.from("0\r\n\r\n")]);
}

function eventOf(fields: object): Buffer {
  return framed(`data: ${JSON.stringify({ ...common, ...fields })}\n\n`);
}

function framed(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

/** Calls for each whole request on a connection; the client sends one after the other. */
export function readRequests(socket: Socket, onRequest: (method: string, path: string, body: string) => void): void {
  let text = "";
  socket.setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes: string) => {
    text += bytes;
    for (;;) {
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const [method = "", path = "/"] = text.slice(0, text.indexOf("\r\n")).split(" ");
      const body = text.slice(end + 4, end + 4 + length);
      text = text.slice(end + 4 + length);
      onRequest(method, path, body);
    }
  });
}
