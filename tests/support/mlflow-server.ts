import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { realFiles } from "../../src/world/files.ts";
import { realNetwork } from "../../src/world/network.ts";
import { realProcesses } from "../../src/world/processes.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { Network, World } from "../../src/world/world.ts";

export interface MlflowServer {
  /** `http://127.0.0.1:41234` */
  url: string;
  /** kill -9, whatever it is doing; its store stays. */
  kill(): Promise<void>;
  /** Starts it again, at the same address on the same store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A world without the user's variables, whose requests go through `request`. */
export function worldWith(request: Network["request"]): World {
  return { ...realWorld(), variables: {}, network: { ...realNetwork, request } };
}

export const plainWorld = worldWith((request) => realNetwork.request(request));

/** It starts in about a minute on two cores (35 s of CPU). */
const startDeadlineMs = 180_000;
const stopDeadlineMs = 30_000;

/** A tracking server on a port of its own, with its store in a temporary folder that goes when it stops. */
export async function startMlflowServer(environmentFolder: string): Promise<MlflowServer> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-mlflow-"));
  const port = await realNetwork.freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(folder, "server.log");
  const variables = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("MLFLOW_") && name !== "PYTHONDONTWRITEBYTECODE"),
  ) as Record<string, string>;
  const argv = [join(environmentFolder, "bin", "mlflow"), "server", "--host", "127.0.0.1", "--port", String(port)];
  argv.push("--workers", "1", "--backend-store-uri", `sqlite:///${join(folder, "mlflow.db")}`);
  argv.push("--artifacts-destination", join(folder, "artifacts"));
  let pid = 0;
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    // SIGTERM to the parent alone would return before its children end: the whole group is told, and seen gone.
    realProcesses.signalGroup(pid, signal);
    const deadline = Date.now() + stopDeadlineMs;
    while ((await realProcesses.membersOf(pid)).length > 0) {
      if (Date.now() > deadline) realProcesses.signalGroup(pid, "SIGKILL");
      await wait(50);
    }
  };
  const stop = async () => {
    await end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
  const start = async () => {
    const child = await realProcesses.spawn({
      argv,
      folder,
      logFile,
      variables: {
        ...variables,
        PATH: `${join(environmentFolder, "bin")}:${variables["PATH"] ?? ""}`,
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
        MLFLOW_DISABLE_TELEMETRY: "true",
      },
    });
    if (!child.ok) throw new Error(child.problem.message);
    ({ pid } = child.value);
    const deadline = Date.now() + startDeadlineMs;
    for (;;) {
      const answer = await realNetwork.request({ url: `${url}/health`, timeoutMs: 2000 });
      if (answer.ok && answer.value.status === 200) return;
      if (child.value.exit() !== null || Date.now() > deadline) {
        const log = (await realFiles.readText(logFile)) ?? "";
        await stop();
        throw new Error(`MLflow did not start: ${log.slice(-2000)}`);
      }
      await wait(250);
    }
  };
  await start();
  return { url, kill: () => end("SIGKILL"), restart: start, stop };
}
