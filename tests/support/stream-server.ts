import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What the server does with one request. Pieces of the body are written as they are, one write each. */
export interface Reply {
  status?: number;
  /** Chunked unless said otherwise; `length` counts the body, `close` ends it with the connection. */
  framing?: "chunked" | "length" | "close";
  contentType?: string;
  pieces: (string | Buffer)[];
  /** Before the first piece, and between pieces. */
  firstMs?: number;
  gapMs?: number;
  /** Breaks the connection after so many pieces, the body unfinished. */
  breakAfter?: number;
  /** Says nothing and keeps the connection. */
  hang?: boolean;
  /** Bytes of the whole response go out in writes of this many, head and framing too. */
  writeBytes?: number;
  /** Said in the head, and done: the connection ends with the response. */
  lastOnConnection?: boolean;
}

export interface ReceivedRequest {
  /** In order of arrival, from 0. */
  index: number;
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  /** Requests open when this one came, itself included. */
  openNow: number;
}

export interface StreamServer {
  url: string;
  requests: ReceivedRequest[];
  /** Most requests that were ever open at once. */
  maxOpen(): number;
  openNow(): number;
  sockets(): number;
  connectionsMade(): number;
  /** Ends every connection that carries no request, as a server does after its keep-alive time. */
  dropIdle(): void;
  close(): Promise<void>;
}

/** A scripted HTTP server on plain sockets of the loopback: it can send what no well-behaved library would. */
export async function startStreamServer(script: (request: ReceivedRequest) => Reply): Promise<StreamServer> {
  const requests: ReceivedRequest[] = [];
  const live = new Map<Socket, { busy: boolean }>();
  let open = 0;
  let most = 0;
  let made = 0;

  const answer = async (socket: Socket, request: ReceivedRequest): Promise<void> => {
    try {
      await write(socket, script(request));
    } finally {
      open -= 1;
      const state = live.get(socket);
      if (state) state.busy = false;
    }
  };

  const server = createServer({ noDelay: true }, (socket) => {
    made += 1;
    const state = { busy: false };
    live.set(socket, state);
    let received = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("close", () => live.delete(socket));
    socket.on("data", (data) => {
      received = Buffer.concat([received, data as Buffer]);
      for (let parsed = takeRequest(received); parsed !== null; parsed = takeRequest(received)) {
        received = received.subarray(parsed.length);
        open += 1;
        most = Math.max(most, open);
        state.busy = true;
        const { path, headers, body } = parsed;
        const request = { index: requests.length, path, headers, body, openNow: open };
        requests.push(request);
        void answer(socket, request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    maxOpen: () => most,
    openNow: () => open,
    sockets: () => live.size,
    connectionsMade: () => made,
    dropIdle() {
      for (const [socket, { busy }] of live) if (!busy) socket.destroy();
    },
    async close() {
      for (const socket of live.keys()) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Lets a test wait for what happens on the other side of a socket. Fails by its own limit, not by a time that is asserted. */
export async function eventually(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 500 && !holds(); tries++) await wait(5);
  return holds();
}

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
