import { performance } from "node:perf_hooks";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { resolveConfiguration, type Configuration } from "./configuration.ts";
import { plantedFailures, type StartupFailure } from "./failures.ts";
import { parseFaults, type Faults } from "./faults.ts";
import { knownVariables, parseArguments } from "./flags.ts";
import { createLog, type Log } from "./log.ts";
import { noiseOf } from "./noise.ts";
import { gpuIds, gpuOf } from "./roofline.ts";
import { close, createEngineServer, listen, routesOf } from "./server.ts";
import { Service } from "./service.ts";
import { number, text, truth } from "./settings.ts";
import { logEngineDeath, logStop } from "./shutdown-log.ts";
import {
  logBeginning,
  logEngineReady,
  logEngineStarting,
  logFailure,
  logListening,
  logResolved,
} from "./startup-log.ts";

/** What the simulated engine needs of its process. */
export interface SimulatedEngineOptions {
  /** What follows `vllm serve`: the model, then flags. */
  argv: readonly string[];
  /** CETERIS_SIMULATED_GPU, _SPEED, _STARTUP_S, _VERSION, _FAULT, _NOISE, CETERIS_LAUNCH and vLLM's own. */
  variables: Readonly<Record<string, string>>;
  /** Gets each line of the log. */
  log: (line: string) => void;
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Ends the process at once: for a fault that makes the whole program vanish. */
  exit?: ((code: number) => void) | undefined;
  /** Gets lines of CSV, one a request, the header first: what the engine did, to hold a client's figures against. */
  truth?: ((row: string) => void) | undefined;
}

/** vLLM 0.32.0: health was 503 for 4 to 5 s after EngineCore was killed, then the program ended with 0. */
const afterDeathS = 4.5;
const defaultStartupS = 0.05;
const defaultModel = "Qwen/Qwen3-0.6B";

/** The longest that a timer can run; a timer keeps the process alive, a promise alone does not. */
const foreverMs = 2 ** 31 - 1;

/** How often a start that is told to log on says something. */
const logEveryMs = 100;

/** What SIGKILL leaves as a shell's exit code. */
const vanishedCode = 137;

/**
 * The life of one process like `vllm serve`, without a GPU and without a model. Answers with its exit code: 0 after a stop
 * by signal (and, as vLLM, after its engine died), 1 where it could not start, 2 for flags it does not take.
 */
export async function runSimulatedEngine(options: SimulatedEngineOptions): Promise<number> {
  const { variables, signal } = options;
  const pid = process.pid;
  const log = createLog(options.log, pid, () => new Date());
  const ours = readOurs(variables);
  if (!ours.ok) {
    log.raw(`simulated engine: error: ${ours.message}`);
    return 2;
  }
  const parsed = parseArguments(options.argv);
  if (!parsed.ok) {
    for (const line of parsed.message) log.raw(line);
    return 2;
  }
  const { faults, speed, startupS } = ours;
  const startedMs = performance.now();
  const modelName = parsed.model ?? text(parsed.settings, "model") ?? defaultModel;
  const host = text(parsed.settings, "host") ?? "127.0.0.1";
  const port = number(parsed.settings, "port") ?? 8000;
  logBeginning(log, modelName, parsed.settings, gpuOf(variables["CETERIS_SIMULATED_GPU"] ?? gpuIds[0]!)!.name);

  const bound = await canListen(port, host);
  if (bound !== null) return failed(log, socketFailure(bound, host));
  for (const name of unknownVariables(variables)) {
    log.say("APIServer", "WARNING", "envs.py:1912", `Unknown vLLM environment variable detected: ${name}`);
    if (truth(parsed.settings, "fail_on_environ_validation") === true) {
      return failed(log, {
        where: "arguments",
        error: [`ValueError: Unknown vLLM environment variable detected: ${name}`],
      });
    }
  }
  const followed = Object.entries(parsed.settings).filter(([setting]) => !faults.ignoredKnobs.includes(setting));
  const resolution = resolveConfiguration(modelName, Object.fromEntries(followed), variables);
  if (!resolution.ok) return failed(log, resolution.failure);
  const { configuration } = resolution;
  logResolved(log, configuration);
  const planted = plantedFailure(faults, configuration);
  if (planted?.where === "arguments") return failed(log, planted);

  logEngineStarting(log, configuration);
  if (faults.logAtStart) await logOn(log, signal);
  await pause(faults.hangAtStart ? foreverMs : startupS * 1000, signal);
  if (planted) return failed(log, planted);
  if (signal.aborted) {
    logStop(log, pid);
    return 0;
  }
  logEngineReady(log, configuration, (performance.now() - startedMs) / 1000);
  return serve(options, log, { configuration, faults, speed, host, port, pid });
}

async function serve(
  { variables, signal, exit, truth: truthSink, log: write }: SimulatedEngineOptions,
  log: Log,
  { configuration, faults, speed, host, port, pid }: Served,
): Promise<number> {
  const death = Promise.withResolvers<"engine" | "whole program">();
  const service = new Service({
    configuration,
    faults,
    speed,
    time: { nowMs: () => performance.now(), unixOriginMs: performance.timeOrigin },
    truth: truthSink,
    onDeath(kind) {
      if (kind === "whole program") {
        service.stop();
        exit?.(vanishedCode);
      } else {
        logEngineDeath(log);
        service.die();
      }
      death.resolve(kind);
    },
  });
  const silent = truth(configuration.settings, "disable_uvicorn_access_log") === true;
  const server = createEngineServer(service, variables, silent ? null : write);
  const refused = await listen(server, port, host);
  if (refused !== null) return failed(log, socketFailure(refused, host));
  logListening(
    log,
    host,
    port,
    routesOf(variables).map(({ path, method }) => [path, method]),
    pid,
  );

  const end = await Promise.race([death.promise, aborted(faults.deaf ? new AbortController().signal : signal)]);
  if (end === "engine") await pause((afterDeathS / speed) * 1000, signal);
  if (end === "signal" || end === "engine") logStop(log, pid);
  service.stop();
  await close(server);
  return end === "whole program" ? vanishedCode : 0;
}

interface Served {
  configuration: Configuration;
  faults: Faults;
  speed: number;
  host: string;
  port: number;
  pid: number;
}

/** Our own variables. */
function readOurs(
  variables: Readonly<Record<string, string>>,
): { ok: true; faults: Faults; speed: number; startupS: number } | { ok: false; message: string } {
  const faults = parseFaults(variables["CETERIS_SIMULATED_FAULT"]);
  if (!faults.ok) return faults;
  const gpu = variables["CETERIS_SIMULATED_GPU"];
  if (gpu !== undefined && gpuOf(gpu) === null) {
    return { ok: false, message: `CETERIS_SIMULATED_GPU: '${gpu}' is none of ${gpuIds.join(", ")}` };
  }
  const speed = Number(variables["CETERIS_SIMULATED_SPEED"] ?? 1);
  if (!(speed > 0 && Number.isFinite(speed))) {
    return { ok: false, message: "CETERIS_SIMULATED_SPEED: not a positive number; 1 is real time" };
  }
  if (noiseOf(variables) === null) {
    return { ok: false, message: "CETERIS_SIMULATED_NOISE: not a share from 0 to 0.5; 0.005 is half a per cent" };
  }
  const startupS = Number(variables["CETERIS_SIMULATED_STARTUP_S"] ?? defaultStartupS);
  if (!(startupS >= 0 && Number.isFinite(startupS))) {
    return { ok: false, message: "CETERIS_SIMULATED_STARTUP_S: not a number of seconds" };
  }
  return { ok: true, faults: faults.faults, speed, startupS };
}

function failed(log: Log, failure: StartupFailure): number {
  logFailure(log, failure);
  return 1;
}

function plantedFailure({ crashAtStart }: Faults, configuration: Configuration): StartupFailure | null {
  if (crashAtStart === null) return null;
  return plantedFailures[crashAtStart]!({
    model: configuration.modelName,
    memoryGib: configuration.machinery.gpu.memoryGib,
    utilization: configuration.gpuMemoryUtilization,
  });
}

function unknownVariables(variables: Readonly<Record<string, string>>): string[] {
  return Object.keys(variables).filter((name) => name.startsWith("VLLM_") && !knownVariables.has(name));
}

/** Progress without end, by a fault: until a signal comes. */
async function logOn(log: Log, signal: AbortSignal): Promise<void> {
  for (let shard = 1; !signal.aborted; shard += 1) {
    log.say("EngineCore", "INFO", "weight_utils.py:1", `Loading checkpoint shard ${shard}`);
    await pause(logEveryMs, signal);
  }
}

/** vLLM binds its socket before it loads a model, so that a taken port fails at once. */
async function canListen(port: number, host: string): Promise<string | null> {
  const probe = createServer();
  const refused = await listen(probe, port, host);
  if (refused === null) await close(probe);
  return refused;
}

function socketFailure(code: string, host: string): StartupFailure {
  const known: { readonly [code: string]: string } = {
    EADDRINUSE: "OSError: [Errno 98] Address already in use",
    ERR_SOCKET_BAD_PORT: "OverflowError: bind(): port must be 0-65535.",
  };
  return { where: "socket", error: [known[code] ?? `OSError: cannot listen on ${host}: ${code}`] };
}

/** Ends early where the signal comes. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}

function aborted(signal: AbortSignal): Promise<"signal"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("signal");
    else signal.addEventListener("abort", () => resolve("signal"), { once: true });
  });
}
