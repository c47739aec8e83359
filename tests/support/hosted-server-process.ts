/** The process in which the scripted servers of tests run: `hosted-server.ts` starts it and says what each answers. */
import type {
  FromHost,
  ReceivedRequest,
  Reply,
  ServerCounts,
  ServerKind,
  ServerSettings,
  ToHost,
} from "./hosted-server.ts";
import { serveH2 } from "./serve-h2.ts";
import { serveHttp1 } from "./serve-http1.ts";

/** What a server is handed. */
export interface Host {
  /** Tells of a request, with what was counted up to then, and resolves with what to answer. */
  ask(request: ReceivedRequest, counts: ServerCounts): Promise<Reply>;
  /** Something was counted. */
  count(counts: ServerCounts): void;
}

/** A server that listens. */
export interface Served {
  port: number;
  dropIdle(): void;
  goAway(): void;
  close(): Promise<void>;
}

export type Serve = (host: Host, settings: ServerSettings) => Promise<Served>;

const kinds: Record<ServerKind, Serve> = { http1: serveHttp1, h2: serveH2 };
const servers = new Map<number, Served>();
const asked = new Map<string, (reply: Reply) => void>();

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToHost) => void take(message));

async function take(message: ToHost): Promise<void> {
  const { id } = message;
  if (message.type === "reply") {
    asked.get(`${id} ${message.index}`)?.(message.reply);
    asked.delete(`${id} ${message.index}`);
    return;
  }
  if (message.type === "start") {
    const host: Host = {
      ask: (request, counts) =>
        new Promise((resolve) => {
          asked.set(`${id} ${request.index}`, resolve);
          say({ type: "request", id, request, counts });
        }),
      count: (counts) => say({ type: "counts", id, counts }),
    };
    const served = await kinds[message.kind](host, message.settings);
    servers.set(id, served);
    say({ type: "started", id, port: served.port });
    return;
  }
  await servers.get(id)?.[message.command]();
  if (message.command === "close") servers.delete(id);
  say({ type: "done", id, command: message.command });
}

function say(message: FromHost): void {
  if (process.connected) process.send?.(message);
}
