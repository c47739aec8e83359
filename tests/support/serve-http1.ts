import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Serve } from "./hosted-server-process.ts";
import type { Reply } from "./hosted-server.ts";

/** A scripted HTTP server on plain sockets of the loopback: it can send what no well-behaved library would. */
export const serveHttp1: Serve = async (host) => {
  const live = new Map<Socket, { busy: boolean }>();
  const counts = { openNow: 0, maxOpen: 0, sockets: 0, connectionsMade: 0, maxOnOneConnection: 1 };
  let requests = 0;

  const server = createServer({ noDelay: true }, (socket) => {
    const state = { busy: false };
    live.set(socket, state);
    counts.connectionsMade += 1;
    counts.sockets = live.size;
    host.count(counts);
    let received = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("close", () => {
      live.delete(socket);
      counts.sockets = live.size;
      host.count(counts);
    });
    socket.on("data", (data) => {
      received = Buffer.concat([received, data as Buffer]);
      for (let parsed = takeRequest(received); parsed !== null; parsed = takeRequest(received)) {
        received = received.subarray(parsed.length);
        counts.openNow += 1;
        counts.maxOpen = Math.max(counts.maxOpen, counts.openNow);
        state.busy = true;
        const { path, headers, body } = parsed;
        const request = { index: requests, path, headers, body, openNow: counts.openNow };
        requests += 1;
        void answer(socket, host.ask(request, counts));
      }
    });
  });
  const answer = async (socket: Socket, asked: Promise<Reply>): Promise<void> => {
    try {
      await write(socket, await asked);
    } finally {
      counts.openNow -= 1;
      host.count(counts);
      const state = live.get(socket);
      if (state) state.busy = false;
    }
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    dropIdle() {
      for (const [socket, { busy }] of live) if (!busy) socket.destroy();
    },
    goAway: () => {},
    async close() {
      for (const socket of live.keys()) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
};

function takeRequest(
  received: Buffer,
): { length: number; path: string; headers: Record<string, string>; body: Record<string, unknown> } | null {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first = "", ...lines] = received.toString("latin1", 0, end).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const length = end + 4 + Number(headers["content-length"] ?? 0);
  if (received.length < length) return null;
  const text = received.toString("utf8", end + 4, length);
  return {
    length,
    headers,
    path: first.split(" ")[1] ?? "",
    body: JSON.parse(text || "{}") as Record<string, unknown>,
  };
}

async function write(socket: Socket, reply: Reply): Promise<void> {
  if (reply.dropMs !== undefined) {
    if (reply.dropMs > 0) await wait(reply.dropMs);
    return void socket.destroy();
  }
  if (reply.hang) {
    await new Promise<void>((resolve) => void socket.once("close", () => resolve()));
    return;
  }
  const { status = 200, framing = "chunked", contentType = "text/event-stream", pieces, gapMs = 0 } = reply;
  const bodies = pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece));
  const head = [
    `HTTP/1.1 ${status} Some reason`,
    `Content-Type: ${contentType}`,
    framing === "chunked" ? "Transfer-Encoding: chunked" : null,
    framing === "length" ? `Content-Length: ${Buffer.concat(bodies).length}` : null,
    reply.lastOnConnection ? "Connection: close" : null,
  ].filter((line) => line !== null);
  await put(socket, Buffer.from(`${head.join("\r\n")}\r\n\r\n`), reply.writeBytes);
  if (reply.firstMs) await wait(reply.firstMs);
  for (const [index, body] of bodies.entries()) {
    if (index === reply.breakAfter) return void socket.destroy();
    if (index > 0 && gapMs > 0) await wait(gapMs);
    const framed = framing === "chunked" ? [`${body.length.toString(16)}\r\n`, body, "\r\n"] : [body];
    await put(
      socket,
      Buffer.concat(framed.map((part) => (typeof part === "string" ? Buffer.from(part) : part))),
      reply.writeBytes,
    );
  }
  if (reply.breakAfter !== undefined) return void socket.destroy();
  if (framing === "chunked") await put(socket, Buffer.from("0\r\n\r\n"), reply.writeBytes);
  if (framing === "close" || reply.lastOnConnection) socket.end();
}

async function put(socket: Socket, bytes: Buffer, writeBytes: number | undefined): Promise<void> {
  const step = writeBytes ?? bytes.length;
  for (let at = 0; at < bytes.length; at += step) {
    if (socket.destroyed) return;
    await new Promise<void>((resolve) => void socket.write(bytes.subarray(at, at + step), () => resolve()));
    // Its own turn, so that the pieces are not joined on the way out.
    if (writeBytes !== undefined) await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
