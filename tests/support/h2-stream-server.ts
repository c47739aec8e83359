import { hostServer, type ReceivedRequest, type Reply, type ServerSettings } from "./hosted-server.ts";
import { streamServerOf, type StreamServer } from "./stream-server.ts";

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
    ...streamServerOf("https", server),
    maxOnOneConnection: () => server.counts.maxOnOneConnection,
    goAway: () => server.do("goAway"),
  };
}
