import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { identity } from "./tls-identity.ts";

/** A server of vLLM's routes that answers nobody who lacks its headers. */
export interface KeyedServer {
  url: string;
  /** Of each request, as it came: the route, and whether its headers were right. */
  requests: { path: string; isKeyed: boolean }[];
  close(): void;
}

const answerMs = 40;

/** Serves the model `tiny` to whoever sends these headers; the others get 401, with what they sent. */
export async function startKeyedServer(
  headers: Readonly<Record<string, string>>,
  { tls = false }: { tls?: boolean } = {},
): Promise<KeyedServer> {
  const requests: KeyedServer["requests"] = [];
  const answer: RequestListener = (request, response) => {
    const isKeyed = Object.entries(headers).every(([name, value]) => request.headers[name] === value);
    const path = request.url ?? "";
    requests.push({ path, isKeyed });
    if (!isKeyed) {
      response
        .writeHead(401)
        .end(JSON.stringify({ error: { message: `refused: ${JSON.stringify(request.headers)}` } }));
      return;
    }
    if (path === "/v1/models") return void response.end('{"data":[{"id":"tiny"}]}');
    if (path === "/health") return void response.end();
    if (path === "/version") return void response.end('{"version":"1.2.3"}');
    if (path === "/metrics") return void response.end("vllm:num_requests_waiting 0\nvllm:num_requests_running 1\n");
    if (path === "/tokenize") return void bodyOf(request).then((body) => response.end(countOf(body)));
    if (!path.startsWith("/v1/")) return void response.writeHead(404).end();
    void stream(request, response);
  };
  const server: Server = tls ? createHttps({ cert: identity, key: identity }, answer) : createHttp(answer);
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { max_tokens: tokens } = await bodyOf(request);
  response.writeHead(200, { "content-type": "text/event-stream" });
  // An answer at once would leave the client with fewer in flight than it was asked for.
  await wait(answerMs);
  for (let left = Number(tokens); left > 0; left -= 1) {
    const finish_reason = left === 1 ? "length" : null;
    say(response, { choices: [{ index: 0, delta: { content: "a " }, text: "a ", finish_reason }] });
  }
  say(response, { choices: [], usage: { prompt_tokens: 8, completion_tokens: Number(tokens) } });
  response.end("data: [DONE]\n\n");
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  return JSON.parse(text) as Record<string, unknown>;
}

/** A token for each word. */
function countOf({ messages, prompt }: Record<string, unknown>): string {
  const text = typeof prompt === "string" ? prompt : (messages as { content: string }[])[0]!.content;
  return JSON.stringify({ count: text.trim().split(/\s+/).length });
}

function say(response: ServerResponse, event: unknown): void {
  response.write(`data: ${JSON.stringify(event)}\n\n`);
}
