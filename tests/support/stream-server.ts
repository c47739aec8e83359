import { setTimeout as wait } from "node:timers/promises";
import { hostServer, type HostedServer, type ReceivedRequest, type Reply } from "./hosted-server.ts";

export type { ReceivedRequest, Reply } from "./hosted-server.ts";

export interface StreamServer {
  url: string;
  requests: ReceivedRequest[];
  /** Most requests that were ever open at once. */
  maxOpen(): number;
  openNow(): number;
  sockets(): number;
  connectionsMade(): number;
  /** Ends every connection that carries no request, as a server does after its keep-alive time. */
  dropIdle(): Promise<void>;
  close(): Promise<void>;
}

/** A scripted HTTP server on plain sockets of the loopback, in a process of its own. */
export async function startStreamServer(script: (request: ReceivedRequest) => Reply): Promise<StreamServer> {
  return streamServerOf("http", await hostServer("http1", script));
}

/** A hosted server as a test looks at it. */
export function streamServerOf(scheme: "http" | "https", server: HostedServer): StreamServer {
  return {
    url: `${scheme}://127.0.0.1:${server.port}`,
    requests: server.requests,
    maxOpen: () => server.counts.maxOpen,
    openNow: () => server.counts.openNow,
    sockets: () => server.counts.sockets,
    connectionsMade: () => server.counts.connectionsMade,
    dropIdle: () => server.do("dropIdle"),
    close: () => server.do("close"),
  };
}

/** Lets a test wait for what happens on the other side of a socket. Fails by its own limit, not by a time that is asserted. */
export async function eventually(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 500 && !holds(); tries++) await wait(5);
  return holds();
}
