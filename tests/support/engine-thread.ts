/** Simulated engines on one thread beside the test's: each is started and stopped by a message, and tells its end by one. */
import { appendFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { runSimulatedEngine } from "../../src/simulator/index.ts";

/** Each names its engine; without `start` it is that engine's SIGINT. */
export interface ToEngine {
  id: number;
  start?: { argv: string[]; variables: Record<string, string>; logFile: string };
}
export interface FromEngine {
  id: number;
  code: number;
}

const running = new Map<number, AbortController>();
parentPort?.on("message", ({ id, start }: ToEngine) => {
  if (start === undefined) running.get(id)?.abort();
  else void run(id, start);
});

async function run(id: number, { logFile, ...start }: NonNullable<ToEngine["start"]>): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  const log = (line: string): void => appendFileSync(logFile, `${line}\n`);
  const code = await runSimulatedEngine({ ...start, log, signal: stop.signal });
  running.delete(id);
  parentPort?.postMessage({ id, code } satisfies FromEngine);
}
