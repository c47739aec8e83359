import { createServer } from "node:net";
import { request as httpRequest } from "node:http";
import { runSimulatedEngine, type SimulatedEngineOptions } from "../../src/simulator/index.ts";
import { model8b } from "./virtual-load.ts";

export interface Running {
  port: number;
  url: string;
  log: string[];
  truth: string[];
  /** The exit code, when it has ended. */
  ended: Promise<number>;
  /** As SIGINT does. */
  interrupt(): void;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

const running: Running[] = [];

/** An engine on a free port, a hundred times as fast as the real one, started but perhaps not ready. */
export async function launch(
  argv: string[] = [],
  variables: Record<string, string> = {},
  more: Partial<SimulatedEngineOptions> = {},
): Promise<Running> {
  const port = await freePort();
  const log: string[] = [];
  const truth: string[] = [];
  const controller = new AbortController();
  const ended = runSimulatedEngine({
    argv: [model8b, "--port", String(port), ...argv],
    variables: { CETERIS_SIMULATED_SPEED: "100", CETERIS_SIMULATED_STARTUP_S: "0", ...variables },
    log: (line) => log.push(line),
    signal: controller.signal,
    truth: (row) => truth.push(row),
    ...more,
  });
  const engine = { port, url: `http://127.0.0.1:${port}`, log, truth, ended, interrupt: () => controller.abort() };
  running.push(engine);
  return engine;
}

/** An engine that answers. */
export async function start(...given: Parameters<typeof launch>): Promise<Running> {
  const engine = await launch(...given);
  await until(() => engine.log.includes("INFO:     Application startup complete."));
  return engine;
}

/** Ends every engine that a test started; for `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const engine of running.splice(0)) {
    engine.interrupt();
    await engine.ended;
  }
}

/** Waits for something that happens soon. */
export async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !holds();) {
    if (Date.now() > deadline) throw new Error("it did not happen within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** One exchange on a connection of its own; `onText` sees the body grow, and ends it early by answering false. */
export function ask(
  engine: Running,
  path: string,
  body?: unknown,
  { method, onText }: { method?: string; onText?: (text: string) => boolean } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${engine.url}${path}`,
      { method: method ?? (body === undefined ? "GET" : "POST"), agent: false },
      (response) => {
        let text = "";
        const done = () => resolve({ status: response.statusCode!, headers: response.headers, text });
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
          if (onText?.(text) === false) {
            request.destroy();
            done();
          }
        });
        response.on("end", done);
        response.on("error", () => done());
      },
    );
    request.on("error", reject);
    request.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  });
}

/** The data of each event of a stream. */
export function events(text: string): string[] {
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => event.replace(/^data: /, ""));
}

/** The shape of an answer: the same members with the same order, without what differs from one request to another. */
export function shape(json: string): string {
  return JSON.stringify(JSON.parse(json), kind);
}

function kind(key: string, value: unknown): unknown {
  if (["id", "created", "model", "system_fingerprint", "text", "content"].includes(key)) return typeof value;
  if (Array.isArray(value) && typeof value[0] === "number") return "ids";
  return typeof value === "number" ? "number" : value;
}
