import type { Socket } from "node:net";
import { buildConnector, Client, type Dispatcher } from "undici";
import { fail, succeed } from "../../schema/result.ts";
import { codeOf, connectionFailure } from "../failure-text.ts";
import type { CreateTransport } from "../transport.ts";

/** Connections that are made at once: below the backlog of every server that we know. */
const OPENED_AT_ONCE = 64;

/** How undici names a connection that the other side ended. */
const endedByServer: ReadonlySet<string | null> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/**
 * Everything that is not plain HTTP/1.1 on a socket, by undici: TLS. A client of undici's is one connection; they are
 * kept here and not in its Pool, which makes a new one whenever a request follows an answer within a turn.
 */
export const createUndiciTransport: CreateTransport = ({ url, headers, now }) => {
  const address = new URL(url);
  const prefix = address.pathname.replace(/\/$/, "");
  const makeConnection = buildConnector({ allowH2: false });
  const waiting: Client[] = [];
  const clients = new Set<Client>();
  const sockets = new Set<Socket>();
  let closing = false;

  /** `ready` is a connection that was made ahead; another is made when it has gone. */
  const newClient = (ready: Socket | null): Client => {
    let first = ready;
    const client = new Client(address.origin, {
      pipelining: 1,
      allowH2: false,
      // The request's own deadline is the only one.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect(options, callback) {
        const socket = first;
        first = null;
        // In its own turn: undici is not ready for an answer during the call.
        if (socket && !socket.destroyed) queueMicrotask(() => callback(null, socket));
        else makeConnection(options, keepTrack(callback));
      },
    });
    clients.add(client);
    const drop = (): void => {
      const place = waiting.indexOf(client);
      if (place < 0) return;
      waiting.splice(place, 1);
      clients.delete(client);
      void client.destroy();
    };
    ready?.once("close", drop);
    client.on("disconnect", drop);
    return client;
  };

  const keepTrack =
    (callback: buildConnector.Callback): buildConnector.Callback =>
    (...outcome) => {
      const [, socket] = outcome;
      if (socket) {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      }
      callback(...outcome);
    };

  const openOne = async (): Promise<Error | null> =>
    new Promise((resolve) => {
      const { hostname, host, protocol, port } = address;
      const made = keepTrack((...outcome) => {
        const [error, socket] = outcome;
        // Until undici listens to it, nobody else does.
        socket?.on("error", () => {});
        if (socket) waiting.push(newClient(socket));
        resolve(error);
      });
      makeConnection({ hostname, host, protocol, port, servername: hostname }, made);
    });

  return {
    async open(count) {
      for (let left = count - waiting.length; left > 0; left -= OPENED_AT_ONCE) {
        const errors = await Promise.all(Array.from({ length: Math.min(OPENED_AT_ONCE, left) }, openOne));
        const error = errors.find((one) => one !== null);
        if (error && waiting.length === 0) {
          return fail(
            "endpoint-unreachable",
            `no connection to ${address.host}: ${connectionFailure(error)}`,
            "Check that the server runs, that the address is right, and for https that its certificate is trusted.",
          );
        }
        // The rest are made when they are needed, and fail then with their reason in the request's row.
        if (error || closing) break;
      }
      return succeed(undefined);
    },

    send(path, body, receiver) {
      const request: Dispatcher.DispatchOptions = {
        path: prefix + path,
        method: "POST",
        headers: { accept: "text/event-stream", "content-type": "application/json", ...headers },
        body,
      };
      let controller: Dispatcher.DispatchController | null = null;
      let carrier: Client;
      let begun = false;
      let over = false;
      const end = (problem: string | null): void => {
        const atNs = now();
        if (over) return;
        over = true;
        waiting.push(carrier);
        receiver.onEnd(problem, atNs);
      };
      const carry = (client: Client, waited: boolean): void => {
        carrier = client;
        client.dispatch(request, {
          onRequestStart(started) {
            controller = started;
          },
          onResponseStart(_, status) {
            begun = true;
            if (!over && status >= 200) receiver.onHead(status);
          },
          onResponseData(_, chunk) {
            const atNs = now();
            if (!over) receiver.onBody(chunk, 0, chunk.length, atNs);
          },
          onResponseEnd: () => end(null),
          onResponseError(_, error) {
            // The server had ended the waiting connection: the same rule as on the other transport.
            if (waited && !begun && !over && endedByServer.has(codeOf(error))) carry(newClient(null), false);
            else end(connectionFailure(error));
          },
        });
      };
      const kept = waiting.pop();
      carry(kept ?? newClient(null), kept !== undefined);
      return () => {
        over = true;
        controller?.abort(new Error("cancelled"));
        clients.delete(carrier);
        void carrier.destroy();
      };
    },

    // Bytes of TLS records are not those of the socket.
    largestRead: () => null,

    readDelayMs: () => null,

    alarm: () => null,

    async close() {
      closing = true;
      const gone = [...sockets].map((socket) => new Promise<void>((done) => void socket.once("close", () => done())));
      await Promise.all([...clients].map((client) => client.destroy()));
      // Those that were made ahead and never used are not undici's yet.
      for (const socket of sockets) socket.destroy();
      await Promise.all(gone);
    },
  };
};
