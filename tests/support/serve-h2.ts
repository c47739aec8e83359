import { constants, createSecureServer, type Http2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Serve } from "./hosted-server-process.ts";
import type { Reply } from "./hosted-server.ts";
import { identity } from "./tls-identity.ts";

/**
 * The scripted server over TLS, HTTP/2 where the client offers it. `breakAfter` destroys the connection, `status` of 0
 * refuses the stream; what belongs to HTTP/1.1's framing is not looked at.
 */
export const serveH2: Serve = async (host, settings) => {
  const sessions = new Map<Http2Session, number>();
  const sockets = new Set<Socket>();
  const counts = { openNow: 0, maxOpen: 0, sockets: 0, connectionsMade: 0, maxOnOneConnection: 0 };
  let requests = 0;
  const countSockets = (): void => {
    counts.sockets = sockets.size;
    host.count(counts);
  };

  const server = createSecureServer({ key: identity, cert: identity, settings });
  server.on("sessionError", () => {});
  server.on("secureConnection", (socket: Socket) => {
    counts.connectionsMade += 1;
    sockets.add(socket);
    countSockets();
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      countSockets();
    });
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
    counts.openNow += 1;
    counts.maxOpen = Math.max(counts.maxOpen, counts.openNow);
    counts.maxOnOneConnection = Math.max(counts.maxOnOneConnection, onThis);
    host.count(counts);
    stream.on("error", () => {});
    stream.on("close", () => {
      counts.openNow -= 1;
      host.count(counts);
      if (sessions.has(session)) sessions.set(session, sessions.get(session)! - 1);
    });
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      const plain = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      const request = {
        index: requests,
        path: String(headers[":path"]),
        headers: Object.fromEntries(plain) as Record<string, string>,
        body: JSON.parse(Buffer.concat(parts).toString("utf8") || "{}") as Record<string, unknown>,
        openNow: counts.openNow,
      };
      requests += 1;
      void host.ask(request, counts).then((reply) => write(stream, reply));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
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
};

async function write(stream: ServerHttp2Stream, reply: Reply): Promise<void> {
  const { status = 200, contentType = "text/event-stream", pieces, gapMs = 0 } = reply;
  if (reply.dropMs !== undefined) {
    if (reply.dropMs > 0) await wait(reply.dropMs);
    return stream.session?.destroy();
  }
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
