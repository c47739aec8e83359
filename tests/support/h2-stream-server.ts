import { hostServer, type ReceivedRequest, type Reply, type ServerSettings } from "./hosted-server.ts";
import type { StreamServer } from "./stream-server.ts";

export interface H2StreamServer extends StreamServer {
  /** Says GOAWAY on every connection: what is open goes on, nothing new is taken. */
  goAway(): Promise<void>;
  /** Most requests that one connection ever carried at once. */
  maxOnOneConnection(): number;
}

/** The scripted server over TLS, HTTP/2 where the client offers it, in a process of its own. */
export async function startH2StreamServer(
  script: (request: ReceivedRequest) => Reply,
  settings: ServerSettings = {},
): Promise<H2StreamServer> {
  const server = await hostServer("h2", script, settings);
  return {
    url: `https://127.0.0.1:${server.port}`,
    requests: server.requests,
    maxOpen: () => server.counts.maxOpen,
    maxOnOneConnection: () => server.counts.maxOnOneConnection,
    openNow: () => server.counts.openNow,
    sockets: () => server.counts.sockets,
    connectionsMade: () => server.counts.connectionsMade,
    dropIdle: () => server.do("dropIdle"),
    goAway: () => server.do("goAway"),
    close: () => server.do("close"),
  };
}
