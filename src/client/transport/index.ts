import { http1Over } from "./http1.ts";
import { createNodeBackend } from "./node-sockets.ts";
import type { CreateSocketBackend, SocketBackend } from "./socket-backend.ts";
import type { CreateTransport } from "./transport.ts";

/** Every way to make and read connections, the best first. Without the line of `native/`, and without that folder, Node's sockets carry every load. */
export const socketBackends: readonly CreateSocketBackend[] = [
  (await import("../native/index.ts")).createNativeBackend,
  createNodeBackend,
];

/** The best that works on this machine and this Node. */
function bestBackend(now: () => number): SocketBackend {
  for (const create of socketBackends) {
    const backend = create(now);
    if (backend !== null) return backend;
  }
  return createNodeBackend(now);
}

export const createHttp1Transport: CreateTransport = http1Over(bestBackend);

/** Every transport, under the protocol of the addresses that it serves. Its code is loaded with the first load that uses it. */
export const transports: Readonly<Record<string, () => Promise<CreateTransport>>> = {
  "http:": () => Promise.resolve(createHttp1Transport),
  "https:": async () => (await import("./undici.ts")).createUndiciTransport,
};
