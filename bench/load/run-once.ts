import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import type { Case } from "./cases.ts";
import type { Errand, LoadClient } from "./clients.ts";
import type { Programs } from "./compile.ts";
import { figuresOf, type RunFigures } from "./figures.ts";
import { machineCpu } from "./host.ts";
import { readMeter } from "./meter.ts";
import type { Reported } from "./reported.ts";
import { readTruth } from "./truth.ts";

/** A run, and what else happened on the machine: shares of one core over the whole run. */
export type Run = RunFigures & {
  host: { othersShare: number; stolenShare: number };
  server: { cpuShare: number; lateUsP99: number };
};

const serverCore = 0;
/** Where there is one core only, client and server share it. */
const clientCore = (cores: number): number => Math.min(1, cores - 1);
const runTimeoutMs = 600_000;

/** Starts the server, puts the client to the case, stops both, and puts together what they wrote. */
export async function runOnce(
  programs: Programs,
  client: LoadClient,
  given: Case,
  round: number,
  cores: number,
): Promise<Result<Run>> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-bench-"));
  const log = join(folder, "server.csv");
  const meterFile = join(folder, "meter.csv");
  const before = machineCpu();
  const startedMs = performance.now();
  const { firstUs, gapUs } = given;
  const server = spawn(programs.mock, ["0", firstUs, gapUs, log, serverCore].map(String), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await portOf(server);
    const errand = { case: given, port, folder };
    const meterArguments = [clientCore(cores), client.meterEveryMs, meterFile].map(String);
    const child = spawn(programs.meter, [...meterArguments, ...client.argv(errand)], {
      cwd: folder,
      env: { ...process.env, ...client.variables },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: runTimeoutMs,
    });
    const said = await outcomeOf(child);
    await stop(server);
    const after = machineCpu();
    if (said.code !== 0) {
      return fail(
        "client-failed",
        `${client.name} ended with ${said.code} on ${given.id}:\n${said.tail}`,
        "See its output.",
      );
    }
    const truth = readTruth(readFileSync(log, "utf8"));
    const summary = JSON.parse(readFileSync(`${log}.json`, "utf8")) as { cpu_s: number; late_us_p99: number };
    const meter = readMeter(readFileSync(meterFile, "utf8"));
    const reported = reportOf(client, errand);
    if (!reported.ok) return reported;
    if (truth.length === 0) return fail("no-load", `${client.name} sent nothing on ${given.id}`, "See its output.");
    const figures = figuresOf({ client: client.name, round }, given, truth, meter, reported.value);
    const wallS = (performance.now() - startedMs) / 1000;
    const clientS = (meter.at(-1)?.cpuNs ?? 0) / 1e9;
    return succeed({
      ...figures,
      host: {
        othersShare: Math.max(0, after.usedS - before.usedS - summary.cpu_s - clientS) / wallS,
        stolenShare: (after.stolenS - before.stolenS) / wallS,
      },
      server: { cpuShare: summary.cpu_s / figures.seconds, lateUsP99: summary.late_us_p99 },
    });
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A peer may end well and leave nothing that can be read. */
function reportOf(client: LoadClient, errand: Errand): Result<Reported[]> {
  try {
    return succeed(client.read(errand));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail("no-report", `${client.name} ended well on ${errand.case.id}, but: ${why}`, "See what it wrote.");
  }
}

/** The server says `ready PORT` on its first line. */
async function portOf(server: ChildProcess): Promise<number> {
  const lines = createInterface({ input: server.stdout! });
  for await (const line of lines) {
    const port = Number(/^ready (\d+)$/.exec(line)?.[1]);
    if (port > 0) return port;
  }
  throw new Error("the bench's server ended before it listened");
}

async function outcomeOf(child: ChildProcess): Promise<{ code: number | string; tail: string }> {
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes: Buffer) => (tail = (tail + bytes.toString("utf8")).slice(-2000)));
  }
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code: code ?? signal ?? "unknown", tail };
}

/** The server writes its log when it is told to end. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGTERM");
  await Promise.race([once(server, "exit"), sleep(20_000, undefined, { ref: false })]);
  if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
}
