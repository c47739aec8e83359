import { readFileSync, readlinkSync } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Options } from "execa";
import type { ProcessMark } from "../schema/launch.ts";
import { fail, succeed } from "../schema/result.ts";
import { fileFault, systemClassOf } from "./file-fault.ts";
import { openMaskedLog } from "./masked-log.ts";
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

/** A child that runs; what it prints is not gathered. A failure where it could not be started. */
async function start(program: string, rest: string[], options: Options) {
  const { execa } = await import("execa");
  const child = execa(program, rest, { ...options, reject: false, buffer: false, cleanup: false });
  const problem = await new Promise<string | null>((resolve) => {
    child.nodeChildProcess.once("spawn", () => resolve(null));
    void child.then(({ originalMessage, shortMessage }) => resolve(originalMessage ?? shortMessage ?? "no reason"));
  });
  if (problem === null) return succeed(child);
  const code = /\bE[A-Z]+$/.exec(problem)?.[0];
  const message = `${program} could not be started: ${problem}`;
  const lacks = systemClassOf(code);
  if (lacks !== null) return fail(lacks, message, fileFault({ code })?.hint ?? "");
  const hint = "Check that the program exists and may be executed, or name another in the engine file's environment.";
  return fail("program-not-started", message, hint);
}

/** `Machine.processTable`. Containers of one host share its boot and have namespaces of their own; without /proc a host has one table. */
export function processTable(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

export const realProcesses: Processes = {
  async spawn({ argv: [program = "", ...rest], variables, folder, logFile, secrets = [] }) {
    const log = await openMaskedLog(logFile, secrets);
    try {
      const child = await start(program, rest, {
        ...(folder === undefined ? {} : { cwd: folder }),
        env: variables,
        extendEnv: false,
        detached: true, // its own process group: a Ctrl-C at the terminal reaches us alone, and we end it in order
        stdin: "ignore",
        // Any descriptor is taken; the type names only the first ten.
        stdout: log.fd as 3,
        stderr: log.fd as 3,
      });
      if (!child.ok) return child;
      let exit: { code: number | null; signal: string | null } | null = null;
      const exited = child.value.then(async ({ exitCode = null, signal = null }) => {
        await log.written();
        return (exit = { code: exitCode, signal });
      });
      return succeed({ pid: child.value.pid!, exited, exit: () => exit, logWritten: () => log.written() });
    } finally {
      await log.closeOwnEnd();
    }
  },
  async detach([program = "", ...rest], { folder, logFile }) {
    await mkdir(dirname(logFile), { recursive: true });
    const log = await open(logFile, "a");
    try {
      const stdio = { stdin: "ignore", stdout: log.fd as 3, stderr: log.fd as 3 } as const;
      const child = await start(program, rest, { cwd: folder, detached: true, ...stdio });
      if (!child.ok) return child;
      child.value.nodeChildProcess.unref();
      return succeed(await realProcesses.mark(child.value.pid!));
    } finally {
      await log.close();
    }
  },
  async run([program = "", ...rest], options = {}) {
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
    const { exitCode, timedOut, stdout, stderr } = await running;
    return { code: exitCode ?? null, timedOut, stdout: stdout ?? "", stderr: stderr ?? "" };
  },
  async follow([program = "", ...rest], onLine) {
    const child = await start(program, rest, { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
    if (!child.ok) return child;
    const ended = (async () => {
      for await (const line of child.value.iterable()) onLine(String(line));
      await child.value;
    })();
    return succeed({
      ended,
      stop() {
        child.value.kill("SIGKILL"); // it holds nothing that it would have to put away
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
