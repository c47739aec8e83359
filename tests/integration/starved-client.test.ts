import { spawn, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../simulator/running-engine.ts";
import { makeStudyFolder, repository } from "../support/cli.ts";

/**
 * A client that shares its core with programs that never rest, and an engine that has another core for itself. That a
 * quiet client passes is in the tests of the checks: here nobody knows what else runs.
 */
const cores = { engine: 0, client: 1 };
const model = "meta-llama/Llama-3.1-8B-Instruct";
const busyPrograms = 3;

// Pinning is Linux's, and two cores are what it needs.
const possible = process.platform === "linux" && availableParallelism() >= 2;
if (!possible && process.env["CI"]) throw new Error("the CI's machine has to be a Linux with two cores");

const study = makeStudyFolder();
const started: ChildProcess[] = [];
let port: number;

/** In a process group of its own, on one core. */
function startOn(core: number, argv: string[], variables: Record<string, string> = {}): ChildProcess {
  const child = spawn("taskset", ["-c", String(core), ...argv], {
    cwd: study.folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MLFLOW_TRACKING_URI: "", ...variables },
  });
  started.push(child);
  return child;
}

beforeAll(async () => {
  if (!possible) return;
  port = await freePort();
  startOn(cores.engine, [join(repository, "bin/ceteris.sh"), "simulated-engine", model, "--port", String(port)], {
    CETERIS_SIMULATED_STARTUP_S: "0",
  });
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok) break;
    if (attempt === 300) throw new Error("the simulated engine did not start");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
afterAll(() => {
  for (const { pid, exitCode, signalCode } of started)
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
  study.remove();
});

it.skipIf(!possible)(
  "calls a trial INVALID whose client did not get its core, with the figure and the remedy",
  async () => {
    for (let count = 0; count < busyPrograms; count += 1) startOn(cores.client, ["sh", "-c", "while :; do :; done"]);
    const flags = ["--concurrency", "64", "--requests", "400", "--output-tokens", "128", "--json"];
    const client = startOn(cores.client, [join(repository, "bin/ceteris.sh"), "bench", `127.0.0.1:${port}`, ...flags]);
    let stdout = "";
    client.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    const code = await new Promise((done) => client.once("close", done));
    const { verdict } = JSON.parse(stdout) as {
      verdict: {
        status: string;
        reason: string;
        checks: { id: string; status: string; value: number; limit: number; remedy: string }[];
      };
    };
    expect([code, verdict.status, verdict.reason]).toEqual([4, "INVALID", expect.stringMatching(/^client-bound: /)]);
    const failed = verdict.checks.find(({ id }) => id === "client-bound");
    expect(failed?.value).toBeGreaterThan(failed?.limit ?? Infinity);
    expect(failed?.remedy).toMatch(/cores.*another host.*workers/);
  },
);
