import { fail, succeed } from "../../schema/result.ts";
import { connectionFailure, CUT_OFF, internalError } from "../stream/failure-text.ts";
import { Http1Response } from "../stream/http1-response.ts";
import { watchKeptConnections } from "./kept-connections.ts";
import type { ClientSocket, SocketBackend } from "./socket-backend.ts";
import { hasCrossed, type CreateTransport, type Receiver, type Transport, type TransportOptions } from "./transport.ts";

/** Connections that are made at once: below the backlog of every server that we know. */
const OPENED_AT_ONCE = 64;

interface Request {
  /** Head and body: one write, without the detour over a list of two. */
  bytes: Buffer;
  receiver: Receiver;
  cancelled: boolean;
  writtenNs: number;
  connection: Connection | null;
}

interface Connection {
  socket: ClientSocket;
  /** What it carries now; null while it waits. */
  request: Request | null;
  /** Reads the answer of each of its requests. */
  response: Http1Response;
  /** True where it was open before its request came, so that the server may have ended it meanwhile. */
  waited: boolean;
  /** When its last answer ended; null before. */
  answeredNs: number | null;
  /** Called when it is made, with null, or when it could not be made. */
  made: ((error: Error | null) => void) | null;
}

/**
 * HTTP/1.1 over a given socket backend: the client's hot path. Connections are kept, and the one that was used last is
 * used first. Where the server closes a kept connection right after the write, before any byte of the response, the request is
 * sent again, once, on a new one (RFC 9112, section 9.3.1), and `onResent` is called. Later than that the request has failed.
 */
export function http1Over(createBackend: (now: () => number) => SocketBackend): CreateTransport {
  return (options) => createOver(createBackend(options.now), options);
}

function createOver(backend: SocketBackend, { url, headers, now }: TransportOptions): Transport {
  const address = new URL(url);
  const host = address.hostname.replaceAll(/[[\]]/g, "");
  const port = Number(address.port || 80);
  const prefix = address.pathname.replace(/\/$/, "");
  const fixed = Object.entries({
    host: address.host,
    accept: "text/event-stream",
    "accept-encoding": "identity",
    "content-type": "application/json",
    ...headers,
  })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const sockets = backend.openSockets({ host, port });
  const waiting: Connection[] = [];
  const all = new Set<Connection>();
  const kept = watchKeptConnections();
  let largestRead = 0;
  let closed: (() => void) | null = null;
  let closing = false;

  const openConnection = (made: Connection["made"] = null): Connection => {
    const socket = sockets.connect({
      onConnect: () => made?.(null),
      onRead: (buffer, from, to, atNs) => onRead(connection, buffer, from, to, atNs),
      onEnd: (atNs) => onEnd(connection, atNs),
      onClose: (error, atNs) => onClose(connection, error, atNs),
    });
    const connection: Connection = {
      socket,
      request: null,
      response: new Http1Response(),
      waited: false,
      answeredNs: null,
      made,
    };
    all.add(connection);
    return connection;
  };

  const carry = (connection: Connection, request: Request): void => {
    const { socket } = connection;
    connection.request = request;
    request.connection = connection;
    connection.response.expect(request.receiver);
    request.writtenNs = now();
    socket.write(request.bytes);
  };

  const onRead = (connection: Connection, buffer: Buffer, from: number, to: number, atNs: number): void => {
    const { response } = connection;
    if (to - from > largestRead) largestRead = to - from;
    // Unexpected bytes: the connection cannot be trusted any more.
    if (connection.request === null) return connection.socket.destroy();
    let read = to;
    try {
      read = response.feed(buffer, from, to, atNs);
    } catch (error) {
      response.problem = internalError(error);
    }
    // Cut off by its receiver within this read: the connection is gone.
    if (connection.request?.cancelled) return;
    if (response.problem !== null) finish(connection, `broken HTTP: ${response.problem}`, atNs);
    else if (response.done) {
      if (connection.answeredNs !== null) kept.carriedAgain();
      connection.answeredNs = atNs;
      const reusable = response.keepAlive && read === to && kept.areKept();
      if (reusable) {
        waiting.push(connection);
        connection.socket.rest();
      } else connection.socket.destroy();
      finish(connection, null, atNs);
    }
  };

  /** Reports the end to the receiver, after the connection was put where the next request finds it. */
  const finish = (connection: Connection, problem: string | null, atNs: number): void => {
    const { request } = connection;
    connection.request = null;
    if (problem !== null) connection.socket.destroy();
    if (request && !request.cancelled) request.receiver.onEnd(problem, atNs);
  };

  const onEnd = (connection: Connection, atNs: number): void => {
    if (connection.request && connection.response.endedByClose()) finish(connection, null, atNs);
  };

  const onClose = (connection: Connection, error: Error | null, atNs: number): void => {
    all.delete(connection);
    connection.made?.(error ?? new Error(CUT_OFF));
    const place = waiting.indexOf(connection);
    if (place >= 0) {
      waiting.splice(place, 1);
      if (!closing) kept.ended(connection.answeredNs, atNs);
    }
    const { request, response, waited, answeredNs } = connection;
    const isUnanswered = request !== null && !request.cancelled && waited && !response.begun;
    if (isUnanswered) kept.ended(answeredNs, atNs);
    if (isUnanswered && hasCrossed(atNs - request.writtenNs)) {
      connection.request = null;
      request.receiver.onResent();
      carry(openConnection(), request);
    } else if (request) {
      finish(connection, error ? connectionFailure(error) : CUT_OFF, atNs);
    }
    if (all.size === 0) closed?.();
  };

  /** The server has ended it while it waited. */
  const discard = (connection: Connection): void => {
    kept.ended(connection.answeredNs, now());
    connection.socket.destroy();
  };

  /** The one that was used last, of those that the server has not ended meanwhile. */
  const takeWaiting = (): Connection | undefined => {
    for (;;) {
      const last = waiting.pop();
      if (!last?.socket.isEnded()) return last;
      discard(last);
    }
  };

  const discardEnded = (): void => {
    for (const connection of waiting.filter(({ socket }) => socket.isEnded())) {
      waiting.splice(waiting.indexOf(connection), 1);
      discard(connection);
    }
  };

  const openOne = (): Promise<Error | null> =>
    new Promise((resolve) => {
      const connection = openConnection((error) => {
        connection.made = null;
        if (error === null) {
          connection.waited = true;
          waiting.push(connection);
        }
        resolve(error);
      });
    });

  return {
    async open(count) {
      // While no request is open, no socket is read: those that the server has ended do not count.
      if (waiting.length === all.size) discardEnded();
      for (let left = count - waiting.length; left > 0; left -= OPENED_AT_ONCE) {
        const errors = await Promise.all(Array.from({ length: Math.min(OPENED_AT_ONCE, left) }, openOne));
        const error = errors.find((one) => one !== null);
        if (error && waiting.length === 0) {
          return fail(
            "endpoint-unreachable",
            `no connection to ${address.host}: ${connectionFailure(error)}`,
            "Check that the server runs and that the address is right.",
          );
        }
        // The rest are made when they are needed, and fail then with their reason in the request's row.
        if (error || closing) break;
      }
      return succeed(undefined);
    },

    send(path, body, receiver) {
      const head = `POST ${prefix}${path} HTTP/1.1\r\n${fixed}content-length: ${body.length}\r\n\r\n`;
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, "latin1");
      bytes.set(body, head.length);
      const request: Request = { bytes, receiver, cancelled: false, writtenNs: 0, connection: null };
      const last = takeWaiting();
      if (last) last.waited = true;
      carry(last ?? openConnection(), request);
      return () => {
        request.cancelled = true;
        if (request.connection?.request !== request) return;
        request.connection.response.hush();
        request.connection.socket.destroy();
      };
    },

    largestRead() {
      const bytes = largestRead;
      largestRead = 0;
      return bytes;
    },

    readHealth: () => sockets.readHealth(),

    dueTimer: () => backend.dueTimer,

    async close() {
      closing = true;
      if (all.size > 0) {
        const gone = new Promise<void>((resolve) => (closed = resolve));
        for (const connection of all) {
          if (connection.request) connection.request.cancelled = true;
          connection.socket.destroy();
        }
        await gone;
      }
      sockets.close();
    },
  };
}
