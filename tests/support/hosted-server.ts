import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** What a scripted server does with one request. Pieces of the body are written as they are, one write each. */
export interface Reply {
  status?: number;
  /** Chunked unless said otherwise; `length` counts the body, `close` ends it with the connection. */
  framing?: "chunked" | "length" | "close";
  contentType?: string;
  pieces: (string | Uint8Array)[];
  /** Before the first piece, and between pieces. */
  firstMs?: number;
  gapMs?: number;
  /** Breaks the connection after this many pieces, the body unfinished. */
  breakAfter?: number;
  /** Says nothing and keeps the connection. */
  hang?: boolean;
  /** Says nothing, and ends the connection after this many milliseconds. */
  dropMs?: number;
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

/** What a server counts. */
export interface ServerCounts {
  openNow: number;
  maxOpen: number;
  sockets: number;
  connectionsMade: number;
  maxOnOneConnection: number;
}

export type ServerKind = "http1" | "h2";
export interface ServerSettings {
  maxConcurrentStreams?: number;
}
export type ServerCommand = "dropIdle" | "goAway" | "close";

export type ToHost =
  | { type: "start"; id: number; kind: ServerKind; settings: ServerSettings }
  | { type: "reply"; id: number; index: number; reply: Reply }
  | { type: "do"; id: number; command: ServerCommand };

/** Counts come with each request too, so that they are known before its answer can be. */
export type FromHost =
  | { type: "started"; id: number; port: number }
  | { type: "request"; id: number; request: ReceivedRequest; counts: ServerCounts }
  | { type: "counts"; id: number; counts: ServerCounts }
  | { type: "done"; id: number; command: ServerCommand };

/** A scripted server in a process of its own: it writes on time, however busy the client's loop is. */
export interface HostedServer {
  port: number;
  requests: ReceivedRequest[];
  counts: ServerCounts;
  /** Resolves when it is done; at once where the server is closed. */
  do(command: ServerCommand): Promise<void>;
}

/** One process hosts the servers of all tests that run in this one, and ends with it. */
let host: ChildProcess | null = null;
const hosted = new Map<number, (message: FromHost) => void>();
let made = 0;

function startHost(): ChildProcess {
  const child = fork(new URL("hosted-server-process.ts", import.meta.url), {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  child.on("message", (message: FromHost) => hosted.get(message.id)?.(message));
  child.setMaxListeners(0);
  child.unref();
  child.channel?.unref();
  return child;
}

/** Starts a server that asks `script` what to answer. Delays are timed in the server's process. */
export async function hostServer(
  kind: ServerKind,
  script: (request: ReceivedRequest) => Reply,
  settings: ServerSettings = {},
): Promise<HostedServer> {
  const child = (host ??= startHost());
  const id = (made += 1);
  const say = (message: ToHost): void => void child.send(message);
  const waiting = new Map<string, () => void>();
  const server: HostedServer = {
    port: 0,
    requests: [],
    counts: { openNow: 0, maxOpen: 0, sockets: 0, connectionsMade: 0, maxOnOneConnection: 0 },
    async do(command) {
      if (!hosted.has(id)) return;
      // Referenced while it is waited for, otherwise nothing would keep the process alive.
      child.channel?.ref();
      const done = new Promise<void>((resolve) => void waiting.set(command, resolve));
      say({ type: "do", id, command });
      await done;
      if (command === "close") hosted.delete(id);
      if (hosted.size === 0) child.channel?.unref();
    },
  };
  const started = new Promise<void>((resolve) => {
    hosted.set(id, (message) => {
      if (message.type === "request" || message.type === "counts") server.counts = message.counts;
      if (message.type === "request") {
        server.requests.push(message.request);
        say({ type: "reply", id, index: message.request.index, reply: script(message.request) });
      } else if (message.type === "started") {
        server.port = message.port;
        resolve();
      } else if (message.type === "done") waiting.get(message.command)?.();
    });
  });
  child.channel?.ref();
  if (!child.connected) await once(child, "spawn");
  say({ type: "start", id, kind, settings });
  await started;
  return server;
}
