import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { resolve } from "node:path";
import { model } from "./study.ts";

const launcher = resolve(import.meta.dirname, "../../bin/ceteris.sh");

/** Without a prefix cache: the second pass over the data set would be quicker than the first. */
export async function startEngine(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const flags = ["--host", "127.0.0.1", "--port", String(port), "--no-enable-prefix-caching", "--max-num-seqs", "16"];
  // Its log is a line a request: a pipe that nobody reads would stop it.
  const child = start(folder, ["simulated-engine", model, ...flags], "ignore");
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await answers(url))) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error("the simulated engine did not start");
    await new Promise((tick) => setTimeout(tick, 100));
  }
  return {
    url,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, "close");
      process.kill(-child.pid!, "SIGTERM");
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** In a process group of its own: the launcher starts Node as a child. */
function start(folder: string, args: string[], output: "pipe" | "ignore"): ChildProcess {
  return spawn(launcher, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", MLFLOW_TRACKING_URI: "" },
    detached: true,
    stdio: ["ignore", output, output],
  });
}

/** One command of ours to its end; a code that is not among those is a failure with what it said. */
export async function ceteris(folder: string, args: string[], fine: number[]): Promise<void> {
  const child = start(folder, args, "pipe");
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (!fine.includes(code ?? -1)) throw new Error(`ceteris ${args.join(" ")} ended with ${code}:\n${said}`);
}
