import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Check } from "../../src/schema/trial.ts";
import { freePort } from "../simulator/running-engine.ts";
import { makeStudyFolder, repository, until } from "./cli.ts";

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

  function start(
    argv: readonly string[],
    { variables = {}, output = "ignore" }: { variables?: Record<string, string>; output?: "ignore" | "pipe" } = {},
  ): ChildProcess {
    const [program = "", ...rest] = argv;
    const child = spawn(program, rest, {
      cwd: study.folder,
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...process.env, MLFLOW_TRACKING_URI: "", ...variables },
    });
    started.push(child);
    return child;
  }

  return {
    start,
    /** Starts a simulated engine, which at speed 1 answers as slowly as the real one would; resolves with its address once it answers. */
    async startEngine(flags: readonly string[] = [], prefix: readonly string[] = [], speed = 1): Promise<string> {
      const port = await freePort();
      start([...prefix, ceteris, "simulated-engine", model, "--port", String(port), ...flags], {
        variables: { CETERIS_SIMULATED_SPEED: String(speed), CETERIS_SIMULATED_STARTUP_S: "0" },
      });
      const answers = async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.ok === true;
      await until(answers, 60);
      return `127.0.0.1:${port}`;
    },
    /** Puts a load to an address. */
    bench(address: string, flags: readonly string[], prefix: readonly string[] = []) {
      const child = start([...prefix, ceteris, "bench", address, ...flags, "--json"], { output: "pipe" });
      const said = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"] as const)
        child[stream]!.setEncoding("utf8").on("data", (text: string) => (said[stream] += text));
      const ended = new Promise<BenchAnswer>((done, fail) => {
        child.once("close", (code) => {
          try {
            done({ code, verdict: (JSON.parse(said.stdout) as BenchAnswer).verdict });
          } catch {
            fail(new Error(`bench ended with ${code} and printed no verdict: ${said.stderr}`));
          }
        });
      });
      return { pid: child.pid!, ended };
    },
  };
}
