import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { sendJson, sendRefusal, type Route } from "./exchange.ts";
import { routes } from "./routes/index.ts";
import type { Service } from "./service.ts";
import { engineVersion } from "./startup-log.ts";
import { messageOf } from "../schema/result.ts";

/** As vLLM's own socket. */
const backlog = 2048;

/** The routes that this server answers. */
export function routesOf(variables: Readonly<Record<string, string>>): readonly Route[] {
  return routes.filter((route) => route.devOnly !== true || variables["VLLM_SERVER_DEV_MODE"] === "1");
}

/** An HTTP server over a service; it does not listen yet. `access` gets a line for each answer, as uvicorn's. */
export function createEngineServer(
  service: Service,
  variables: Readonly<Record<string, string>>,
  access: ((line: string) => void) | null,
): Server {
  const table = new Map<string, Route>();
  const paths = new Set<string>();
  for (const route of routesOf(variables)) {
    table.set(`${route.method} ${route.path}`, route);
    paths.add(route.path);
  }
  const startedS = Math.floor(Date.now() / 1000);
  const fingerprint = fingerprintOf(service);
  return createServer((request: IncomingMessage, response: ServerResponse) => {
    if (service.silent) return;
    const url = request.url ?? "/";
    const question = url.indexOf("?");
    const path = question === -1 ? url : url.slice(0, question);
    if (access) {
      const from = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
      response.on("finish", () =>
        access(
          `INFO:     ${from} - "${request.method} ${url} HTTP/1.1" ${response.statusCode} ${response.statusMessage}`,
        ),
      );
    }
    const route = table.get(`${request.method} ${path}`);
    if (route === undefined) {
      if (paths.has(path)) sendJson(response, 405, { detail: "Method Not Allowed" });
      else sendJson(response, 404, { detail: "Not Found" });
      return;
    }
    const query = new URLSearchParams(question === -1 ? "" : url.slice(question + 1));
    const exchange = { service, request, response, query, variables, startedS, fingerprint };
    Promise.resolve(route.answer(exchange)).catch((error: unknown) => {
      // A client that went away while it was still sending is nobody's fault.
      if (request.destroyed && !request.complete) return;
      const message = messageOf(error);
      if (response.headersSent) response.destroy();
      else sendRefusal(response, { status: 500, type: "InternalServerError", message, param: null });
    });
  });
}

/** `EADDRINUSE` and the like come back as the error's code, also of a port that there cannot be. */
export function listen(server: Server, port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
    server.once("error", failed);
    try {
      server.listen({ port, host, backlog }, () => {
        server.off("error", failed);
        resolve(null);
      });
    } catch (error) {
      failed(error as NodeJS.ErrnoException);
    }
  });
}

/** Open connections are cut: vLLM's stop with a timeout of 0. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Like vLLM's: a check of version and graph, blind to most settings; and plainly not vLLM's. */
function fingerprintOf({ configuration }: Service): string {
  const { modelName, maxNumBatchedTokens, dtype, quantization, machinery } = configuration;
  const hash = createHash("sha256")
    .update(JSON.stringify([modelName, maxNumBatchedTokens, dtype, quantization, machinery.gpu.id]))
    .digest("hex");
  return `simulated-vllm-${engineVersion}-${hash.slice(0, 8)}`;
}
