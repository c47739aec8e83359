import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "../../src/schema/verdict.ts";
import { freePort } from "../simulator/running-engine.ts";
import { makeStudyFolder, repository } from "../support/cli.ts";

/** A client that somebody stops for a while (SIGSTOP, as by Ctrl-Z or a frozen container), in the middle of its load. */
const model = "meta-llama/Llama-3.1-8B-Instruct";
const program = join(repository, "bin/ceteris.sh");

const study = makeStudyFolder();
const started: ChildProcess[] = [];
let port: number;

/** In a process group of its own, so that all of it can be stopped and ended. */
function start(argv: string[], variables: Record<string, string> = {}): ChildProcess {
  const child = spawn(program, argv, {
    cwd: study.folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MLFLOW_TRACKING_URI: "", ...variables },
  });
  started.push(child);
  return child;
}

beforeAll(async () => {
  port = await freePort();
  start(["simulated-engine", model, "--port", String(port)], { CETERIS_SIMULATED_STARTUP_S: "0" });
  while ((await served()) === null) await wait(100);
});
afterAll(() => {
  for (const { pid, exitCode, signalCode } of started)
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
  study.remove();
});

/** Tokens that the engine has made so far; null while it does not answer. */
async function served(): Promise<number | null> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null);
  if (!answer?.ok) return null;
  return Number(/^vllm:generation_tokens_total\S* ([\d.e+]+)$/m.exec(await answer.text())?.[1] ?? 0);
}

/** Runs a load, stops the client for so many ms once so many tokens were served, and says what it judged. */
async function benchStopped(requests: number, stopMs: number, afterTokens: number) {
  const before = (await served())!;
  const load = [
    "--concurrency",
    "8",
    "--requests",
    String(requests),
    "--output-tokens",
    "64",
    "--warmup",
    "8",
    "--json",
  ];
  const client = start(["bench", `127.0.0.1:${port}`, ...load]);
  let stdout = "";
  client.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const ended = new Promise<number>((done) => void client.once("close", done));
  while ((await served())! - before < afterTokens) await wait(5);
  process.kill(-client.pid!, "SIGSTOP");
  await wait(stopMs);
  process.kill(-client.pid!, "SIGCONT");
  const code = await ended;
  const { verdict } = JSON.parse(stdout) as { verdict: { status: string; reason: string; checks: Check[] } };
  return { code, verdict, paused: verdict.checks.find(({ id }) => id === "client-paused") };
}

describe("a client that was stopped in the middle of its load", () => {
  it("calls a short trial INVALID for 300 ms, which moved its latencies", async () => {
    const { code, verdict, paused } = await benchStopped(100, 300, 2500);
    expect([code, verdict.status]).toEqual([4, "INVALID"]);
    expect(paused).toMatchObject({ status: "fail", remedy: expect.stringContaining("Ctrl-Z") });
    expect(Number(/paused for up to ([\d.]+) ms/.exec(paused!.message)?.[1])).toBeGreaterThan(250);
  });

  it("calls a long one INVALID for a stop of 6 % of it, which moved its throughput", async () => {
    const { code, verdict, paused } = await benchStopped(250, 1000, 6000);
    expect([code, verdict.status]).toEqual([4, "INVALID"]);
    expect(paused?.status).toBe("fail");
  });
});
