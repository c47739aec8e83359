import { join } from "node:path";
import { openAccess } from "../schema/access.ts";
import type { Engine } from "../schema/engine.ts";
import { ownFailure, type Failure, type Launch } from "../schema/launch.ts";
import type { Result } from "../schema/result.ts";
import { listed } from "../schema/sut.ts";
import { withoutUser } from "../world/address.ts";
import type { Child, World } from "../world/world.ts";
import { attachEngine } from "./attach.ts";
import { classifyInTime } from "./classify-in-time.ts";
import { secretsWithin } from "./command-line.ts";
import { containerCommand, onCores } from "./container-command.ts";
import { containerGroup } from "./containers.ts";
import { watchForDeath } from "./death-watch.ts";
import { endedBySignal } from "./end-signals.ts";
import type { Fallback } from "./failures.ts";
import { gpuHolders, holdersInWords, usedGpuMemory, withGpuHolders } from "./gpu-memory.ts";
import { runHooks } from "./hooks.ts";
import { keepLaunchRecord, launchMark, launchVariable, newLaunch, type LaunchRecord } from "./launch-record.ts";
import { followLog } from "./log-follower.ts";
import { endMarked } from "./marked-processes.ts";
import { divideCores, undivideCores } from "./own-cores.ts";
import { askConfiguration, askModel, askVersion, type Address } from "./questions.ts";
import { waitUntilReady, type StartOutcome } from "./readiness.ts";
import { runningEngine, type LaunchRequest, type RunningEngine } from "./running-engine.ts";
import { endLaunch, endSurely, sharedMemoryNames, type StartedEngine } from "./stop.ts";

/** How often the processes of a starting engine are recorded. */
const membersEveryMs = 2000;

/**
 * Starts an engine and waits until it answers, or attaches to one. `launch.json` is there from the first moment that
 * there is a process, so that the next run can end what a crash of ours leaves. On failure nothing is left running,
 * and the record says why; after an internal error, which is thrown, nothing is left running either.
 */
export async function launchEngine(world: World, asked: LaunchRequest): Promise<Result<RunningEngine, Failure>> {
  const startedAt = world.clock.wall();
  const request = inContainer(world, asked, startedAt);
  const { url } = request.environment;
  const address: Address =
    url === undefined
      ? { url: `http://127.0.0.1:${request.port}`, access: { headers: {}, secrets: secretsWithin(request.command) } }
      : { url: url.replace(/\/+$/, ""), access: request.access ?? openAccess };
  const first = await newLaunch(world, request, { url: withoutUser(address.url), startedAt });
  const record = keepLaunchRecord(world.files, request.launchFolder, first);
  const hookFailure = await beforeLaunch(world, request, record);
  if (hookFailure !== null) return { ok: false, problem: hookFailure };
  if (url !== undefined) return await attachEngine(world, request, record, address);
  const started = await start(world, request, record);
  if (!started.ok) {
    await record.update({ endedAt: world.clock.wall(), failure: started.problem });
    return started;
  }

  try {
    return await untilServing(world, request, record, { address, started: started.value });
  } catch (error) {
    await endSurely(world, request, record, started.value);
    throw error;
  }
}

/** With the command that runs the engine in its container; as it is where there is none. */
function inContainer(world: World, request: LaunchRequest, startedAt: string): LaunchRequest {
  const { command, engine, environment } = request;
  if (environment.container === undefined) return request;
  const launch = {
    mark: launchMark(request, startedAt),
    workingFolder: request.workingFolder ?? null,
    reads: request.reads ?? [],
    writes: request.writes ?? [],
    devicesVariable: engine.devicesVariable,
    patience: request.patience,
  };
  return { ...request, command: containerCommand(world, command, environment.container, launch) };
}

/** What the matrix says for before a launch. A crash of ours meanwhile is found by the record, so that it comes first. */
async function beforeLaunch(world: World, request: LaunchRequest, record: LaunchRecord): Promise<Failure | null> {
  if ((request.hooks?.beforeLaunch.length ?? 0) === 0) return null;
  await record.update({});
  const failure = await runHooks(world, request, record, { when: "before_launch", trial: null });
  if (failure === null) return null;
  await endMarked(world, record.value(), request.patience);
  await record.update({ endedAt: world.clock.wall() });
  return failure;
}

/** From the process to the engine that answers. Throws on an internal error, with the process still there. */
async function untilServing(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
  { address, started }: { address: Address; started: StartedEngine },
): Promise<Result<RunningEngine, Failure>> {
  const { engine } = request;
  const { child, startedNs } = started;
  const mark = await world.processes.mark(child.pid);
  await record.update({ processGroup: mark, members: [mark] });
  const log = followLog(world.files, join(request.launchFolder, "server.log"), { before: child.logWritten });
  let notedNs = startedNs;
  const outcome = await waitUntilReady(world, {
    engine,
    address,
    child,
    log,
    startedNs,
    ...(request.signal ? { signal: request.signal } : {}),
    ...(request.onPhase ? { onPhase: request.onPhase } : {}),
    async onPoll() {
      if (world.clock.nowNs() - notedNs < BigInt(membersEveryMs) * 1_000_000n) return;
      notedNs = world.clock.nowNs();
      await recordMembers(world, record, child);
    },
  });
  await record.update({ phases: outcome.phases });
  if (outcome.state !== "ready") {
    await endLaunch(world, request, record, started);
    await log.read();
    const failure =
      outcome.state === "interrupted"
        ? interrupted
        : withGpuHolders(
            classifyInTime(engine, log.text(), fallbackFor(outcome, child.exit(), engine)),
            started.gpuHolders,
          );
    await record.update({ failure });
    return { ok: false, problem: failure };
  }
  await record.update({
    readyAfterS: outcome.readyAfterS,
    engineVersion: await askVersion(world, address, engine),
    resolvedConfiguration: await askConfiguration(world, address, engine, async () => {
      await log.read();
      return log.text();
    }),
  });
  await recordMembers(world, record, child);
  await recordContainer(world, record);
  const servedName = engine.servedModel ?? (await askModel(world, address));
  const watch = watchForDeath(world, { engine, address, child, log, linesAtStart: log.lines() });
  const running = runningEngine(world, {
    request,
    record,
    address,
    servedName,
    watch,
    recordMembers: () => recordMembers(world, record, child),
    end: () => endLaunch(world, request, record, started),
  });
  return { ok: true, value: running };
}

/** The process, with its folders made and its marks recorded. What is in the way of a start is a failure with a class of ours. */
async function start(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
): Promise<Result<StartedEngine, Failure>> {
  const { command, port } = request;
  if (!(await world.network.portIsFree(port))) {
    const message = `port ${port} is taken before the start`;
    return { ok: false, problem: ownFailure(portInUse, message, "End what listens there, then run again.") };
  }
  const { devicesVariable } = request.engine;
  const devices = devicesVariable === null ? [] : listed(command.variables[devicesVariable]);
  const gpuMemory = await usedGpuMemory(world, devices);
  const holders = gpuMemory === null ? [] : await gpuHolders(world, new Set(Object.keys(gpuMemory)));
  if (holders.length > 0) request.onNotice?.(`launch ${request.id}: ${holdersInWords(holders)}`);
  const before = { gpuMemory, gpuHolders: holders, sharedMemory: await sharedMemoryNames(world) };
  const cold = command.cacheFolder === null ? null : (await world.files.list(command.cacheFolder)).length === 0;
  await world.files.remove(join(request.launchFolder, "server.log"));
  // Written before there is a folder or a process: a crash of ours after it finds both by the record and the launch's mark.
  await record.update({ cold });
  if (command.privateFolder !== null) await world.files.makePrivateFolder(command.privateFolder);
  for (const folder of command.folders) await world.files.makeFolder(folder);
  const cores = request.engine.ownCores ? await divideCores(world) : null;
  const startedNs = world.clock.nowNs();
  const { startedAt } = record.value();
  const inOwnCores = (engine: string): string[] =>
    request.environment.container === undefined
      ? ["taskset", "-c", engine, ...command.argv]
      : onCores(command.argv, engine);
  const undo = async (): Promise<void> => {
    if (command.privateFolder !== null) await world.files.remove(command.privateFolder);
    if (cores !== null) await undivideCores(world, cores);
  };
  const spawning = world.processes.spawn({
    argv: cores === null ? command.argv : inOwnCores(cores.engine),
    variables: { ...command.variables, [launchVariable]: launchMark(request, startedAt) },
    logFile: join(request.launchFolder, "server.log"),
    secrets: command.secrets,
    ...(request.workingFolder === undefined ? {} : { folder: request.workingFolder }),
  });
  const child = await spawning.catch(async (error: unknown) => {
    await undo();
    throw error;
  });
  if (!child.ok) {
    await undo();
    const { code, message, hint } = child.problem;
    return { ok: false, problem: ownFailure(code, message, hint) };
  }
  return { ok: true, value: { child: child.value, startedNs, cores, ...before } };
}

/** The class of a start that found its port taken, whether we saw it or the engine did: another port may be free. */
export const portInUse = "port-in-use";

const interrupted = ownFailure(
  "interrupted",
  "interrupted before the engine was ready",
  "Run again: what is missing is done then.",
);

function fallbackFor(outcome: StartOutcome, exit: Launch["exit"], { readiness }: Engine): Fallback {
  if (outcome.state === "stalled")
    return {
      class: "hung",
      message: `nothing new in the engine's log for ${Math.round(outcome.silentS)} s, and it is not ready`,
      hint: "Read the engine's log; where it is slow and not hung, raise readiness.stalled_after_s in the engine file.",
    };
  if (outcome.state === "late")
    return {
      class: "never-ready",
      message: `not ready within ${readiness.readyWithinS} s, though its log goes on`,
      hint: "Read the engine's log; where it only needs longer (a download, a compilation), raise readiness.ready_within_s in the engine file.",
    };
  const hint = "read the engine's log, whose last lines say why.";
  // We ended it.
  if (outcome.state === "failed") return { class: "engine-start-failed", hint: `It gave up: ${hint}` };
  const how = exit?.signal ?? `exit code ${exit?.code}`;
  const background = exit?.code === 0 ? " A script that puts the engine into the background has to wait for it." : "";
  return (
    endedBySignal(exit) ?? {
      class: "engine-exited",
      hint: `Its process ended with ${how} before it served: ${hint}${background}`,
    }
  );
}

/** The engine's group in its container, so that its processes are known as its own. */
async function recordContainer(world: World, record: LaunchRecord): Promise<void> {
  const { container } = record.value();
  if (container !== undefined)
    await record.update({ container: { ...container, group: await containerGroup(world, record.value()) } });
}

/** The processes of the engine's group as they are now; those that were noted before stay where they live. */
async function recordMembers(world: World, record: LaunchRecord, child: Child): Promise<void> {
  const members = await world.processes.membersOf(child.pid);
  const known = record.value().members;
  const same = members.length === known.length && members.every(({ pid }) => known.some((mark) => mark.pid === pid));
  if (!same) await record.update({ members });
}
