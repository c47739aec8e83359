import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Its exit code or signal, and the end of what it said. */
export async function outcomeOf(child: ChildProcess): Promise<{ code: number | string; tail: string }> {
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes: Buffer) => (tail = (tail + bytes.toString("utf8")).slice(-2000)));
  }
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code: code ?? signal ?? "unknown", tail };
}

/** Tells it to end and waits, up to 20 s: a server writes its log then. */
export async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGTERM");
  await Promise.race([once(server, "exit"), sleep(20_000, undefined, { ref: false })]);
  if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
}
