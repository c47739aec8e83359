import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { buildConnector, Client, type Dispatcher } from "undici";
import { fail, succeed } from "../../schema/result.ts";
import { codeOf, connectionFailure } from "../stream/failure-text.ts";
import { watchKeptConnections } from "./kept-connections.ts";
import { hasCrossed, type CreateTransport } from "./transport.ts";

/** Connections that are made at once: below the backlog of every server that we know. */
const OPENED_AT_ONCE = 64;

/** Requests that one HTTP/2 connection carries at once: RFC 9113, section 6.5.2, advises servers to allow no fewer. */
const STREAMS_PER_CONNECTION = 100;

/** How long an idle connection is kept, in ms; a server may end it sooner. */
const IDLE_MS = 600_000;

/** How undici names a connection that the other side ended; the last says that the write itself was refused. */
const endedByServer: ReadonlySet<string | null> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** A client of undici's: one connection, made again where it is needed after its end. */
interface Line {
  client: Client;
  /** True where the server chose HTTP/2: requests share it. */
  shared: boolean;
  /** Requests that it carries. */
  open: number;
  /** When its last answer ended; null before. */
  answeredNs: number | null;
}

/**
 * Everything that is not plain HTTP/1.1 on a socket, by undici: TLS, and HTTP/2 where the server takes it by ALPN. Lines
 * are kept here and not in undici's Pool, which makes a new one whenever a request follows an answer within a turn. With
 * HTTP/1.1 a request has a line of its own while it is open; with HTTP/2 the one with the fewest open takes it, and
 * another line is made where all are full, so that no request waits in a queue of undici's.
 */
export const createUndiciTransport: CreateTransport = ({ url, headers, now }) => {
  const address = new URL(url);
  const prefix = address.pathname.replace(/\/$/, "");
  const makeConnection = buildConnector({ allowH2: true, preferH2: true });
  /** Of HTTP/1.1, those that carry nothing; the one that was used last at the end. */
  const waiting: Line[] = [];
  const shared: Line[] = [];
  const kept = watchKeptConnections();
  const clients = new Set<Client>();
  const sockets = new Set<Socket>();
  /** Fewer where the server was seen to allow fewer. */
  let streams = STREAMS_PER_CONNECTION;
  let closing = false;

  const giveUp = ({ client }: Line): void => {
    clients.delete(client);
    void client.destroy();
  };

  /** `ready` is a connection that was made ahead; another is made when it has gone. */
  const newLine = (ready: Socket | null): Line => {
    let first = ready;
    const client = new Client(address.origin, {
      pipelining: 1,
      allowH2: true,
      // Its own pings would be unwanted traffic.
      h2Options: { maxConcurrentStreams: STREAMS_PER_CONNECTION, pingInterval: 0 },
      keepAliveTimeout: IDLE_MS,
      // The request's own deadline is the only one.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect(options, callback) {
        const socket = first;
        first = null;
        // In its own turn: undici is not ready for an answer during the call.
        if (socket && !socket.destroyed) queueMicrotask(() => callback(null, socket));
        else makeConnection(options, keepTrack(callback, line));
      },
    });
    const line: Line = { client, shared: false, open: 0, answeredNs: null };
    clients.add(client);
    const drop = (): void => {
      const place = waiting.indexOf(line);
      if (place < 0) return;
      waiting.splice(place, 1);
      if (!closing) kept.ended(line.answeredNs, now());
      giveUp(line);
    };
    ready?.once("close", drop);
    client.on("disconnect", drop);
    return line;
  };

  const keepTrack =
    (callback: buildConnector.Callback, line: Line | null): buildConnector.Callback =>
    (...outcome) => {
      const [, socket] = outcome;
      if (socket) {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        if (line) share(line, socket);
      }
      callback(...outcome);
    };

  const share = (line: Line, socket: Socket): void => {
    // Its request may have been cut off meanwhile, and the line with it.
    if (line.shared || line.client.destroyed || (socket as TLSSocket).alpnProtocol !== "h2") return;
    line.shared = true;
    shared.push(line);
  };

  const openOne = async (): Promise<Error | null> =>
    new Promise((resolve) => {
      const { host, protocol, port } = address;
      const hostname = address.hostname.replaceAll(/[[\]]/g, "");
      const made = keepTrack((...outcome) => {
        const [error, socket] = outcome;
        if (!socket) return resolve(error);
        // Nothing else listens to it until undici does.
        socket.on("error", () => {});
        const line = newLine(socket);
        share(line, socket);
        if (line.shared) return void begin(line).then(resolve);
        waiting.push(line);
        resolve(null);
      }, null);
      makeConnection({ hostname, host, protocol, port }, made);
    });

  /** Has undici make the line's session ahead: by a request that is taken back before anything of it is sent. */
  const begin = async ({ client }: Line): Promise<Error | null> =>
    new Promise((resolve) => {
      const taken = new Error("taken back");
      client.dispatch(
        { path: "/", method: "GET" },
        {
          onRequestStart: (controller) => controller.abort(taken),
          onResponseStart: () => {},
          onResponseData: () => {},
          onResponseEnd: () => {},
          onResponseError: (_, error) => resolve(error === taken ? null : error),
        },
      );
    });

  /** Lines that have to be made so that `count` requests find theirs; one where nothing is known of the server. */
  const missing = (count: number): number => {
    if (shared.length > 0) return Math.ceil(count / streams) - shared.length;
    return waiting.length > 0 ? count - waiting.length : Math.min(count, 1);
  };

  /** One that is there already; null where all are full. */
  const keptLine = (): Line | null => {
    let least: Line | null = null;
    for (const line of shared) if (line.open < streams && line.open < (least?.open ?? Infinity)) least = line;
    return least ?? waiting.pop() ?? null;
  };

  const putBack = (line: Line, problem: string | null, atNs: number): void => {
    if (problem === null) {
      if (line.answeredNs !== null) kept.carriedAgain();
      line.answeredNs = atNs;
    }
    if (kept.areKept()) waiting.push(line);
    else giveUp(line);
  };

  /** A server that chose HTTP/2 will choose it again, so that others need not wait to learn it. */
  const anotherLine = (): Line => {
    const line = newLine(null);
    if (shared.length === 0) return line;
    line.shared = true;
    shared.push(line);
    return line;
  };

  /** Where undici holds a request back, the server allows no more: the next ones go elsewhere. */
  const learn = ({ client, shared: several }: Line): void => {
    if (!several) return;
    const { pending, running } = client.stats;
    // Before the server has said what it allows, undici holds back all but one.
    if (pending > 0 && running > 1) streams = Math.min(streams, running);
  };

  return {
    async open(count) {
      const again = await Promise.all(shared.filter(({ client }) => !client.stats.connected).map(begin));
      let error = again.find((one) => one !== null) ?? null;
      // The first round learns what the server speaks. Where it closes what it has too many of, some stay missing.
      const rounds = 1 + Math.ceil(count / OPENED_AT_ONCE);
      for (let round = 0; round < rounds && missing(count) > 0 && error === null; round += 1) {
        if (closing) break;
        const length = Math.min(OPENED_AT_ONCE, missing(count));
        const errors = await Promise.all(Array.from({ length }, openOne));
        error = errors.find((one) => one !== null) ?? null;
      }
      // The rest are made when they are needed, and fail then with their reason in the request's row.
      if (error === null || waiting.length > 0 || shared.some(({ client }) => client.stats.connected)) {
        return succeed(undefined);
      }
      return fail(
        "endpoint-unreachable",
        `no connection to ${address.host}: ${connectionFailure(error)}`,
        "Check that the server runs, that the address is right, and for https that its certificate is trusted.",
      );
    },

    send(path, body, receiver) {
      const request: Dispatcher.DispatchOptions = {
        path: prefix + path,
        method: "POST",
        headers: {
          accept: "text/event-stream",
          "accept-encoding": "identity",
          "content-type": "application/json",
          ...headers,
        },
        body,
      };
      let controller: Dispatcher.DispatchController | null = null;
      let carrier: Line;
      let begun = false;
      let isDone = false;
      let writtenNs = 0;
      const end = (problem: string | null, atNs = now()): void => {
        carrier.open -= 1;
        if (isDone) return;
        isDone = true;
        if (!carrier.shared) putBack(carrier, problem, atNs);
        receiver.onEnd(problem, atNs);
      };
      const carry = (line: Line, waited: boolean): void => {
        carrier = line;
        line.open += 1;
        writtenNs = now();
        line.client.dispatch(request, {
          onRequestStart(started) {
            controller = started;
            if (isDone) started.abort(cancelled);
          },
          onResponseStart(_, status, received) {
            begun = true;
            if (!isDone && status >= 200) receiver.onHead(status, (name) => received[name]?.toString() ?? null);
          },
          onResponseData(_, chunk) {
            const atNs = now();
            if (!isDone) receiver.onBody(chunk, 0, chunk.length, atNs);
          },
          onResponseEnd: () => end(null),
          onResponseError(_, error) {
            // The server had ended the waiting connection: the same rule as on the other transport.
            const isUnanswered = waited && !begun && !isDone && !closing;
            if (isUnanswered && !carrier.shared) kept.ended(carrier.answeredNs, now());
            if (isUnanswered && notReceived(codeOf(error), now() - writtenNs)) sendAgain();
            // In its own turn: undici is still about what the connection's end means for it, and the next request may take this line.
            else setImmediate(end, connectionFailure(error), now());
          },
        });
        learn(line);
      };
      const sendAgain = (): void => {
        receiver.onResent();
        carrier.open -= 1;
        if (!carrier.shared) return carry(newLine(null), false);
        // In its own turn, likewise. All share the next one.
        setImmediate(() => {
          if (!isDone) carry(carrier, false);
        });
      };
      const last = keptLine();
      carry(last ?? anotherLine(), last !== null);
      return () => {
        isDone = true;
        controller?.abort(cancelled);
        if (!carrier.shared) giveUp(carrier);
      };
    },

    // Bytes of TLS records are not those of the socket.
    largestRead: () => null,

    readHealth: () => null,

    dueTimer: () => null,

    async close() {
      closing = true;
      // Before undici, which ends a connection with an error of its own: a stream that was just cut off has no listener for it.
      const gone = [...sockets].map((socket) => new Promise<void>((done) => void socket.once("close", () => done())));
      for (const socket of sockets) socket.destroy();
      await Promise.all(gone);
      await Promise.all([...clients].map((client) => client.destroy()));
    },
  };
};

/** True where the server cannot have read the request: the write itself was refused, or the connection was closed right after it. */
function notReceived(code: string | null, tookNs: number): boolean {
  return code === "EPIPE" || (endedByServer.has(code) && hasCrossed(tookNs));
}

const cancelled = new Error("cancelled");
