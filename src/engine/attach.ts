import type { Failure } from "../schema/launch.ts";
import type { Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { watchForDeath } from "./death-watch.ts";
import { keepLaunchRecord, newLaunch } from "./launch-record.ts";
import { askConfiguration, askModel, askVersion, type Address } from "./questions.ts";
import { answersReady } from "./readiness.ts";
import { runningEngine, type LaunchRequest, type RunningEngine } from "./running-engine.ts";

/** A server that is there answers within this; one that is just starting is not waited for. */
const attempts = 5;
const betweenMs = 400;

/** Attaches to an engine that is running already: nothing is started, and nothing is ended at `stop`. */
export async function attachEngine(
  world: World,
  request: LaunchRequest,
  baseUrl: string,
): Promise<Result<RunningEngine, Failure>> {
  const { engine } = request;
  const address: Address = { url: baseUrl.replace(/\/+$/, ""), apiKey: request.apiKey ?? null };
  const record = keepLaunchRecord(
    world.files,
    request.launchFolder,
    newLaunch(world, request, withoutUser(address.url)),
  );
  const startedNs = world.clock.nowNs();
  const isThere = await answersSoon(world, request, address);
  const model = await askModel(world, address);
  // Some servers have no health route: one that names its model is there.
  if (!isThere && model === null) {
    const failure: Failure = {
      class: "no-answer",
      message: `nothing that serves a model answers at ${withoutUser(address.url)}`,
      file: null,
      line: null,
      hint: `Start the server, or correct the address; both ${engine.readiness.path} and /v1/models were asked.`,
    };
    await record.update({ endedAt: world.clock.wall(), failure });
    return { ok: false, problem: failure };
  }
  await record.update({
    readyAfterS: Math.round(Number(world.clock.nowNs() - startedNs) / 1e6) / 1000,
    engineVersion: await askVersion(world, address, engine),
    resolvedConfiguration: await askConfiguration(world, address, engine, ""),
  });
  const watch = watchForDeath(world, { engine, address, child: null, logFile: null, linesAtStart: 0 });
  const running = runningEngine(world, {
    request,
    record,
    address,
    servedName: model,
    watch,
    recordMembers: () => Promise.resolve(),
    end: () => record.update({ endedAt: world.clock.wall() }),
  });
  return { ok: true, value: running };
}

async function answersSoon(world: World, request: LaunchRequest, address: Address): Promise<boolean> {
  for (let attempt = 0; attempt < attempts && !request.signal?.aborted; attempt += 1) {
    if (attempt > 0) await world.clock.sleep(betweenMs, request.signal);
    if (await answersReady(world, address, request.engine, request.signal)) return true;
  }
  return false;
}

/** A user and password in an address are not stored. */
function withoutUser(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return url;
  parsed.username = "";
  parsed.password = "";
  return parsed.href.replace(/\/+$/, "");
}
