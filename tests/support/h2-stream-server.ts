import { readFileSync } from "node:fs";
import { constants, createSecureServer, type Http2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ReceivedRequest, Reply, StreamServer } from "./stream-server.ts";

/** A self-signed certificate for 127.0.0.1, and its key. */
export const identity = readFileSync(
  join(import.meta.dirname, "..", "fixtures", "mlflow", "tls", "identity.pem"),
  "utf8",
);

export interface H2StreamServer extends StreamServer {
  /** Says GOAWAY on every connection: what is open goes on, nothing new is taken. */
  goAway(): void;
  /** Most requests that one connection ever carried at once. */
  maxOnOneConnection(): number;
}

/**
 * The scripted server over TLS, HTTP/2 where the client offers it. `breakAfter` destroys the connection, `status` of 0
 * refuses the stream; what belongs to HTTP/1.1's framing is not looked at.
 */
export async function startH2StreamServer(
  script: (request: ReceivedRequest) => Reply,
  settings: { maxConcurrentStreams?: number } = {},
): Promise<H2StreamServer> {
  const requests: ReceivedRequest[] = [];
  const sessions = new Map<Http2Session, number>();
  const sockets = new Set<Socket>();
  let [open, most, mostOnOne, made] = [0, 0, 0, 0];

  const server = createSecureServer({ key: identity, cert: identity, settings });
  server.on("sessionError", () => {});
  server.on("secureConnection", (socket: Socket) => {
    made += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("session", (session: Http2Session) => {
    sessions.set(session, 0);
    session.on("error", () => {});
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    const { session } = stream;
    if (!session) return;
    const onThis = (sessions.get(session) ?? 0) + 1;
    sessions.set(session, onThis);
    open += 1;
    most = Math.max(most, open);
    mostOnOne = Math.max(mostOnOne, onThis);
    stream.on("error", () => {});
    stream.on("close", () => {
      open -= 1;
      if (sessions.has(session)) sessions.set(session, sessions.get(session)! - 1);
    });
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      const plain = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      const request = {
        index: requests.length,
        path: String(headers[":path"]),
        headers: Object.fromEntries(plain) as Record<string, string>,
        body: JSON.parse(Buffer.concat(parts).toString("utf8") || "{}") as Record<string, unknown>,
        openNow: open,
      };
      requests.push(request);
      void write(stream, script(request));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `https://127.0.0.1:${port}`,
    requests,
    maxOpen: () => most,
    maxOnOneConnection: () => mostOnOne,
    openNow: () => open,
    sockets: () => sockets.size,
    connectionsMade: () => made,
    dropIdle() {
      for (const [session, count] of sessions) if (count === 0) session.destroy();
    },
    goAway() {
      for (const session of sessions.keys()) session.close();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

async function write(stream: ServerHttp2Stream, reply: Reply): Promise<void> {
  const { status = 200, contentType = "text/event-stream", pieces, gapMs = 0 } = reply;
  if (reply.hang) return;
  if (status === 0) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
  stream.respond({ ":status": status, "content-type": contentType });
  if (reply.firstMs) await wait(reply.firstMs);
  for (const [index, piece] of pieces.entries()) {
    if (index === reply.breakAfter) return stream.session?.destroy();
    if (index > 0 && gapMs > 0) await wait(gapMs);
    const bytes = Buffer.from(piece);
    const step = reply.writeBytes ?? bytes.length;
    for (let at = 0; at < bytes.length; at += step) {
      if (stream.destroyed) return;
      await new Promise<void>((resolve) => void stream.write(bytes.subarray(at, at + step), () => resolve()));
    }
  }
  stream.end();
}
