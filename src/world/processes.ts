import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { ProcessMark } from "../schema/launch.ts";
import { fail, succeed } from "../schema/result.ts";
import type { Processes } from "./world.ts";

interface ProcessStat {
  state: string;
  group: number;
  startTicks: number;
}

/** `/proc/<pid>/stat`: the name in parentheses may hold blanks and parentheses itself, so fields are counted after the last one. */
function readStat(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", group: Number(fields[2]), startTicks: Number(fields[19]) };
  } catch (error) {
    // Without a free descriptor nothing is known about the process: it must not be taken for one that has ended.
    if (["EMFILE", "ENFILE"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return null; // ended meanwhile, or no /proc (macOS)
  }
}

function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch {
    return false; // ESRCH: nobody there
  }
}

function isAlive(pid: number): boolean {
  const stat = readStat(pid);
  if (stat) return stat.state !== "Z";
  return process.platform !== "linux" && send(pid, 0 as unknown as NodeJS.Signals);
}

export const realProcesses: Processes = {
  async spawn({ argv, variables, folder, logFile }) {
    const [program, ...rest] = argv;
    if (program === undefined) throw new Error("an empty argument list");
    await mkdir(dirname(logFile), { recursive: true });
    const log = await open(logFile, "a");
    try {
      const child = spawn(program, rest, {
        ...(folder === undefined ? {} : { cwd: folder }),
        env: variables,
        detached: true, // its own process group: a Ctrl-C at the terminal reaches us alone, and we end it in order
        stdio: ["ignore", log.fd, log.fd],
      });
      let exit: { code: number | null; signal: string | null } | null = null;
      const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
        child.once("exit", (code, signal) => {
          exit = { code, signal };
          resolve(exit);
        });
      });
      const started = await new Promise<Error | null>((resolve) => {
        child.once("spawn", () => resolve(null));
        child.once("error", resolve);
      });
      if (started || child.pid === undefined) {
        return fail(
          "program-not-started",
          `${program} could not be started: ${started?.message ?? "no process id"}`,
          "Check that the program exists and may be executed, or name another in the engine file's environment.",
        );
      }
      return succeed({ pid: child.pid, exited, exit: () => exit });
    } finally {
      await log.close();
    }
  },
  async run(argv, options = {}) {
    const [program, ...rest] = argv;
    if (program === undefined) throw new Error("an empty argument list");
    const { execa } = await import("execa"); // slow to load, and most commands start nothing
    const running = execa(program, rest, {
      reject: false,
      stdin: "ignore",
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
      ...(options.variables === undefined ? {} : { env: options.variables, extendEnv: false }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, forceKillAfterDelay: 1000 }),
      ...(options.onLine === undefined ? {} : { all: true }),
    });
    if (options.onLine) for await (const line of running.iterable({ from: "all" })) options.onLine(line);
    const { exitCode, stdout, stderr } = await running;
    return { code: exitCode ?? null, stdout: stdout ?? "", stderr: stderr ?? "" };
  },
  async follow([program = "", ...rest], onLine) {
    const child = spawn(program, rest, { stdio: ["ignore", "pipe", "ignore"] });
    const started = await new Promise<Error | null>((resolve) => {
      child.once("spawn", () => resolve(null));
      child.once("error", resolve);
    });
    if (started) {
      return fail("program-not-started", `${program} could not be started: ${started.message}`, "Is it installed?");
    }
    const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on("line", onLine);
    const printed = new Promise<void>((resolve) => lines.once("close", resolve));
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve())).then(() => printed);
    return succeed({
      ended,
      stop() {
        child.kill("SIGKILL"); // it holds nothing that it would have to put away
        return ended;
      },
    });
  },
  signalGroup: (group, signal) => send(-group, signal),
  signal: (pid, signal) => send(pid, signal),
  async membersOf(group) {
    const members: ProcessMark[] = [];
    if (process.platform !== "linux") {
      if (send(-group, 0 as unknown as NodeJS.Signals)) members.push({ pid: group, startTicks: null });
      return members;
    }
    for (const name of await readdir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const stat = readStat(Number(name));
      if (stat && stat.group === group && stat.state !== "Z")
        members.push({ pid: Number(name), startTicks: stat.startTicks });
    }
    return members;
  },
  async isSame(mark) {
    if (!isAlive(mark.pid)) return false;
    return mark.startTicks === null || readStat(mark.pid)?.startTicks === mark.startTicks;
  },
  mark: async (pid) => ({ pid, startTicks: readStat(pid)?.startTicks ?? null }),
  ownCpuS() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  ownPid: process.pid,
  exit: (code) => process.exit(code),
  self: { node: process.execPath, entry: process.argv[1] ?? "" },
};
