import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll } from "vitest";
import type { Check } from "../../src/schema/verdict.ts";
import { freePort } from "../simulator/running-engine.ts";
import { makeStudyFolder, repository } from "./cli.ts";

const ceteris = join(repository, "bin/ceteris.sh");
const model = "meta-llama/Llama-3.1-8B-Instruct";

/** What `ceteris bench --json` said, and how it ended. */
export interface BenchAnswer {
  code: number | null;
  verdict: { status: string; reason: string; checks: Check[] };
}

/**
 * Programs of one test file, each in a process group of its own, so that all of it can be stopped and ended. They end with
 * the file. `prefix` is put before the command, such as `taskset -c 0`.
 */
export function useStartedPrograms() {
  const study = makeStudyFolder();
  const started: ChildProcess[] = [];
  afterAll(() => {
    for (const { pid, exitCode, signalCode } of started)
      if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
    study.remove();
  });

  function start(argv: readonly string[], variables: Record<string, string> = {}): ChildProcess {
    const [program = "", ...rest] = argv;
    const child = spawn(program, rest, {
      cwd: study.folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MLFLOW_TRACKING_URI: "", ...variables },
    });
    started.push(child);
    return child;
  }

  return {
    start,
    /** Starts a simulated engine; resolves with its address once it answers. */
    async startEngine(prefix: readonly string[] = []): Promise<string> {
      const port = await freePort();
      start([...prefix, ceteris, "simulated-engine", model, "--port", String(port)], {
        CETERIS_SIMULATED_STARTUP_S: "0",
      });
      for (let attempt = 0; attempt < 300; attempt += 1) {
        const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
        if (answer?.ok) return `127.0.0.1:${port}`;
        await wait(100);
      }
      throw new Error("the simulated engine did not start");
    },
    /** Puts a load to an address. */
    bench(address: string, flags: readonly string[], prefix: readonly string[] = []) {
      const child = start([...prefix, ceteris, "bench", address, ...flags, "--json"]);
      let stdout = "";
      child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      const ended = new Promise<BenchAnswer>((done, fail) => {
        child.once("close", (code) => {
          try {
            done({ code, verdict: (JSON.parse(stdout) as BenchAnswer).verdict });
          } catch {
            fail(new Error(`bench ended with ${code} and printed no verdict: ${stdout}`));
          }
        });
      });
      return { pid: child.pid!, ended };
    },
  };
}
