/** The simulated engine on a thread: its flags, variables and log come with the thread, any message is a SIGINT. */
import { appendFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { runSimulatedEngine } from "../../src/simulator/index.ts";

const { argv, variables, logFile } = workerData as EngineThread;
const stop = new AbortController();
parentPort?.once("message", () => stop.abort());
process.exitCode = await runSimulatedEngine({
  argv,
  variables,
  log: (line) => appendFileSync(logFile, `${line}\n`),
  signal: stop.signal,
  exit: (code) => process.exit(code),
});
parentPort?.close();

export interface EngineThread {
  argv: string[];
  variables: Record<string, string>;
  logFile: string;
}
