import { cpus, homedir, hostname, platform, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as wait } from "node:timers/promises";
import { terminalText } from "../schema/terminal-text.ts";
import { realFiles } from "./files.ts";
import { coresIn } from "./kernel-files.ts";
import { interruptible, realNetwork } from "./network.ts";
import { processTable, realProcesses } from "./processes.ts";
import type { World } from "./world.ts";

/** The world that the command line hands to a command. The one place that reads `process`. `interrupted` aborts all requests. */
export function realWorld(interrupted?: AbortSignal): World {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) variables[name] = value;
  return {
    clock: {
      nowNs: () => process.hrtime.bigint(),
      wall: () => new Date().toISOString(),
      async sleep(ms, signal) {
        try {
          await wait(ms, undefined, signal ? { signal } : {});
        } catch {
          // aborted: the caller asks its signal
        }
      },
    },
    files: realFiles,
    processes: realProcesses,
    network: interrupted === undefined ? realNetwork : interruptible(realNetwork, interrupted),
    streams: {
      // Data that a program reads stays as it is.
      out: (text) => void process.stdout.write(process.stdout.isTTY ? terminalText(text) : text),
      err: (text) => void process.stderr.write(terminalText(text)),
      ask: process.stdin.isTTY && process.stderr.isTTY ? askLine : null,
      outIsTerminal: process.stdout.isTTY,
      errIsTerminal: process.stderr.isTTY,
      colour: process.stderr.isTTY && !variables["NO_COLOR"] && !variables["CI"],
      columns: process.stderr.columns ?? 100,
    },
    variables,
    machine: {
      hostname: hostname(),
      processTable: processTable(),
      platform: platform(),
      kernel: release(),
      cpuModel: cpus()[0]?.model ?? "unknown",
      cpus: cpus().length,
      cores: coresIn(realFiles.readTextSync("/proc/self/status")),
      memoryBytes: totalmem(),
      nodeVersion: process.version,
      homeFolder: homedir(),
      temporaryFolder: tmpdir(),
      workingFolder: process.cwd(),
      packageFolder: join(import.meta.dirname, "../.."),
    },
  };
}

/** The question goes to stderr: stdout may lead into a file. */
async function askLine(question: string): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Without this a question that is left by Ctrl-D is never answered.
  const left = new Promise<null>((done) => lines.once("close", () => done(null)));
  try {
    return await Promise.race([lines.question(terminalText(question)), left]);
  } catch {
    return null; // Ctrl-C
  } finally {
    lines.close();
  }
}
