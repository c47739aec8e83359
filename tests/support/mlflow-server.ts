import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { realFiles } from "../../src/world/files.ts";
import { realNetwork } from "../../src/world/network.ts";
import { realProcesses } from "../../src/world/processes.ts";

export interface MlflowServer {
  /** `http://127.0.0.1:41234` */
  url: string;
  stop(): Promise<void>;
}

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
  const { pid } = child.value;

  const stop = async () => {
    // SIGTERM to the parent alone would return before its children end: the whole group is told, and seen gone.
    realProcesses.signalGroup(pid, "SIGTERM");
    const deadline = Date.now() + stopDeadlineMs;
    while ((await realProcesses.membersOf(pid)).length > 0) {
      if (Date.now() > deadline) realProcesses.signalGroup(pid, "SIGKILL");
      await wait(50);
    }
    rmSync(folder, { recursive: true, force: true });
  };

  const deadline = Date.now() + startDeadlineMs;
  for (;;) {
    const answer = await realNetwork.request({ url: `${url}/health`, timeoutMs: 2000 });
    if (answer.ok && answer.value.status === 200) return { url, stop };
    if (child.value.exit() !== null || Date.now() > deadline) {
      const log = (await realFiles.readText(logFile)) ?? "";
      await stop();
      throw new Error(`MLflow did not start: ${log.slice(-2000)}`);
    }
    await wait(250);
  }
}
