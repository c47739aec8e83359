import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import type { Case } from "./cases.ts";
import { outcomeOf, stop } from "./child.ts";
import type { Errand, LoadClient } from "./clients.ts";
import type { Programs } from "./compile.ts";
import { figuresOf, type RunFigures } from "./figures.ts";
import { machineCpu } from "./host.ts";
import { readMeter } from "./meter.ts";
import type { Reported } from "./reported.ts";
import { mergedTruth, readTruth } from "./truth.ts";

/** A run, and what else happened on the machine: shares of one core over the whole run. The server's is that of one of its cores. */
export type Run = RunFigures & {
  host: { othersShare: number; stolenShare: number };
  server: { cpuShare: number; lateUsP99: number };
};

/** The slowest peer needs half of it. */
const runTimeoutMs = 240_000;

/** Of a process that SIGTERM ended. */
const endedCode = 128 + 15;

/** A core for each process of the server, then one for each of the client. Where there is one core only, they share it. */
export function coresFor({ servers, workers }: Case, cores: number): { servers: number[]; client: number[] } {
  const place = (core: number): number => Math.min(core, cores - 1);
  return {
    servers: Array.from({ length: servers }, (_, server) => place(server)),
    client: Array.from({ length: workers }, (_, worker) => place(servers + worker)),
  };
}

/** Starts the server, puts the client to the case, stops both, and puts together what they wrote. */
export async function runOnce(
  programs: Programs,
  client: LoadClient,
  given: Case,
  round: number,
  cores: number,
): Promise<Result<Run>> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-bench-"));
  const layout = coresFor(given, cores);
  const logs = layout.servers.map((_, server) => join(folder, `server-${server}.csv`));
  const meterFile = join(folder, "meter.csv");
  const before = machineCpu();
  const startedMs = performance.now();
  const { firstUs, gapUs, inSteps, streams } = given;
  const servers: ChildProcess[] = [];
  try {
    let port = 0;
    for (const [place, log] of logs.entries()) {
      const steps = inSteps ? [gapUs, Math.ceil(streams / given.servers)] : [];
      const words = [port, firstUs, gapUs, log, layout.servers[place], ...steps].map(String);
      const server = spawn(programs.mock, words, { stdio: ["ignore", "pipe", "inherit"] });
      servers.push(server);
      port = await portOf(server);
    }
    const errand = { case: given, port, folder };
    const meterArguments = [layout.client.join(","), client.meterEveryMs, meterFile].map(String);
    const child = spawn(programs.meter, [...meterArguments, ...client.argv(errand)], {
      cwd: folder,
      env: environmentOf(client, folder),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: runTimeoutMs,
    });
    const said = await outcomeOf(child);
    await Promise.all(servers.map(stop));
    const after = machineCpu();
    if (said.code !== 0) {
      const late = said.code === endedCode ? ` (it is ended after ${runTimeoutMs / 1000} s)` : "";
      return fail("client-failed", `it ended with ${said.code}${late}:\n${said.tail}`, "See its output.");
    }
    const truth = mergedTruth(logs.map((log) => readTruth(readFileSync(log, "utf8"))));
    const summaries = logs.map((log) => JSON.parse(readFileSync(`${log}.json`, "utf8")) as ServerSummary);
    const serverS = summaries.reduce((sum, { cpu_s: used }) => sum + used, 0);
    const meter = readMeter(readFileSync(meterFile, "utf8"));
    const reported = reportOf(client, errand);
    if (!reported.ok) return reported;
    if (truth.length === 0) return fail("no-load", "it sent nothing", "See its output.");
    const figures = figuresOf({ client: client.name, round }, given, truth, meter, reported.value);
    const wallS = (performance.now() - startedMs) / 1000;
    const clientS = (meter.at(-1)?.cpuNs ?? 0) / 1e9;
    return succeed({
      ...figures,
      host: {
        othersShare: Math.max(0, after.usedS - before.usedS - serverS - clientS) / wallS,
        stolenShare: (after.stolenS - before.stolenS) / wallS,
      },
      server: {
        cpuShare: serverS / figures.seconds / servers.length,
        lateUsP99: Math.max(...summaries.map(({ late_us_p99: late }) => late)),
      },
    });
  } finally {
    await Promise.all(servers.map(stop));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ours, with a folder for temporary files that is removed, and what the client wants. */
function environmentOf({ variables }: LoadClient, folder: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: folder };
  for (const [name, value] of Object.entries(variables)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** What `mock.c` leaves beside its log. */
interface ServerSummary {
  cpu_s: number;
  late_us_p99: number;
}

/** A peer may end well and leave nothing that can be read. */
function reportOf(client: LoadClient, errand: Errand): Result<Reported[]> {
  try {
    return succeed(client.read(errand));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail("no-report", `it ended well, but: ${why}`, "See what it wrote.");
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
