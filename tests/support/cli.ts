import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export const repository = resolve(import.meta.dirname, "../..");

export interface CliAnswer {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  child: ChildProcess;
  ended: Promise<CliAnswer>;
  /** Everything on stdout so far. */
  stdout(): string;
}

/** Commands that still run: a test that was cut off leaves none behind, and an interrupted command ends its engine. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGINT");
});

/** A study's folder of its own, with what the matrices use: fragments, and room for results. */
export function makeStudyFolder(files: Record<string, string> = {}): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-study-"));
  for (const name of ["experiments", "matrices"])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const launcher = join(repository, "bin/ceteris.sh");

/** Starts `ceteris …` as a user does, by its launcher, in its own process group. */
export function startCli(args: string[], folder: string, variables: Record<string, string> = {}): RunningCli {
  return startProgram([launcher, ...args], folder, variables);
}

/** Starts a program that runs `ceteris …`. */
export function startProgram(
  [program = "", ...args]: string[],
  folder: string,
  variables: Record<string, string>,
): RunningCli {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", MLFLOW_TRACKING_URI: "", ...variables },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<CliAnswer>((done) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      done({ code, signal, stdout, stderr });
    });
  });
  return { child, ended, stdout: () => stdout };
}

export function runCli(args: string[], folder: string, variables: Record<string, string> = {}): Promise<CliAnswer> {
  return startCli(args, folder, variables).ended;
}

/** Waits for something that a running command does. */
export async function until(holds: () => boolean | Promise<boolean>, longestS = 150): Promise<void> {
  for (const startMs = performance.now(); !(await holds());) {
    if (performance.now() - startMs > longestS * 1000) throw new Error(`it did not happen within ${longestS} s`);
    await wait(25);
  }
}

/** The events of `ceteris run --json`. */
export function eventsOf(stdout: string): { type: string; [member: string]: unknown }[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as { type: string });
}

export interface StoredTrial {
  folder: string;
  trial: {
    origin: string;
    spec: {
      trial_id: string;
      experiment: string;
      purpose: string;
      replicate: number;
      attempt: number;
      block: number;
      position: number;
      experiment_id: string;
    };
    verdict: {
      status: string;
      reason: string;
      failure: { class: string; hint: string } | null;
      checks: { id: string; status: string }[];
    };
    measurements: { metric: string; stat: string; value: number | null }[];
    resolved: { knob: string; declared: unknown; resolved: unknown; status: string }[];
    resolved_configuration: Record<string, unknown> | null;
    provenance: Record<string, unknown> | null;
    launch_id: string;
    ended_at: string;
  };
}

/** Every complete trial of a study, from its folders. */
export function storedTrials(folder: string, study: string): StoredTrial[] {
  const studyFolder = join(folder, "results", study);
  return readdirSync(studyFolder)
    .filter((name) => name.startsWith("exp1_"))
    .flatMap((experiment) =>
      readdirSync(join(studyFolder, experiment)).map((name) => {
        const trialFolder = join(studyFolder, experiment, name);
        return {
          folder: trialFolder,
          trial: JSON.parse(readFileSync(join(trialFolder, "trial.json"), "utf8")) as StoredTrial["trial"],
        };
      }),
    );
}

/** Processes of the machine whose command line or environment names this folder: what a study left running. */
export function processesNaming(text: string): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        const environment = readFileSync(`/proc/${name}/environ`, "utf8");
        return command.includes(text) || environment.includes(text) ? [{ pid: Number(name), command }] : [];
      } catch {
        return []; // ended meanwhile
      }
    });
}
