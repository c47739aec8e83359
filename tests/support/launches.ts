import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine } from "../../src/engine/command-line.ts";
import type { Container } from "../../src/engine/environments/environment.ts";
import { privateFolder } from "../../src/engine/private-folder.ts";
import type { LaunchRequest } from "../../src/engine/running-engine.ts";
import type { Engine } from "../../src/schema/engine.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { World } from "../../src/world/world.ts";
import { engineWith } from "./engines.ts";

const script = fileURLToPath(new URL("./fake-engine.ts", import.meta.url));

/** The engine file of `fake-engine.ts`. */
export const fakeEngine: Engine = engineWith({
  command: ["{executable}", "--port", "{port}"],
  privateFolders: { TMPDIR: "private", CACHE_ROOT: "cache" },
  readiness: { path: "/health", stalledAfterS: 30, readyWithinS: 60 },
  versionProbe: { path: "/version", field: "version" },
  phases: [
    { id: "process-start", pattern: "non-default args:" },
    { id: "never", pattern: "no such line" },
    { id: "server", pattern: "Application startup complete" },
  ],
  resolved: { path: "/server_info", parser: "vllm-server-info" },
  cacheReset: [
    { path: "/reset_ok", successField: "success" },
    { path: "/reset_refused", successField: "success" },
    { path: "/reset_absent" },
  ],
  metricsPath: "/metrics",
  metricNames: { waiting: "fake:waiting", running: "fake:running", generation_tokens: "fake:tokens" },
  failures: [
    { class: "no-room", pattern: "No available memory", hint: "make room" },
    { class: "engine-died", pattern: "EngineDeadError", hint: "look above" },
    { class: "engine-start-failed", pattern: "Engine core initialization failed", hint: "see above" },
  ],
  knobs: { max_num_seqs: { flag: "--max-num-seqs", type: "int", resolved: "scheduler_config.max_num_seqs" } },
});

/** Short, since a process that is told to end and does not is waited for. */
export const shortPatience = { interruptMs: 150, terminateMs: 150, killMs: 5000 };

/** The real world, in which nobody waits as long as he wants to: polls come ten times as often. */
export function hurriedWorld(): World {
  const world = realWorld();
  return { ...world, clock: { ...world.clock, sleep: (ms, signal) => world.clock.sleep(ms / 10, signal) } };
}

/** A request to launch the fake engine, with these extra flags, into a folder. */
export async function fakeLaunch(
  world: World,
  folder: string,
  flags: string[] = [],
  engine: Engine = fakeEngine,
  container?: Container,
): Promise<LaunchRequest> {
  const launchFolder = join(folder, "launches", "0001-fake");
  const port = await world.network.freePort();
  return {
    engine,
    environment: {
      executable: [process.execPath, script],
      packages: null,
      folder: null,
      ...(container === undefined ? {} : { container }),
    },
    command: commandLine({
      engine,
      model: "fake",
      revision: null,
      tokenizer: null,
      devices: [],
      extraArgs: flags,
      knobs: {},
      executable: [process.execPath, script],
      host: "127.0.0.1",
      port,
      folders: { private: privateFolder(folder), cache: join(folder, "cache") },
      userVariables: world.variables,
    }),
    port,
    launchFolder,
    id: "0001-fake",
    ordinal: 1,
    study: "study",
    configurationId: "cfg1_0",
    patience: shortPatience,
  };
}
