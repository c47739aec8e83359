import { ownFailure, type Failure } from "../schema/launch.ts";
import type { Result } from "../schema/result.ts";
import { withoutUser } from "../world/address.ts";
import type { World } from "../world/world.ts";
import { watchForDeath } from "./death-watch.ts";
import type { LaunchRecord } from "./launch-record.ts";
import { endMarked } from "./marked-processes.ts";
import { askConfiguration, askServer, askVersion, type Address } from "./questions.ts";
import { answersReady } from "./readiness.ts";
import { runningEngine, type LaunchRequest, type RunningEngine } from "./running-engine.ts";

/** A server that is there answers within this; one that is just starting is not waited for. */
const attempts = 5;
const betweenMs = 400;

/** Attaches to an engine that is running already: nothing is started, and nothing is ended at `stop`. */
export async function attachEngine(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
  address: Address,
): Promise<Result<RunningEngine, Failure>> {
  const { engine } = request;
  const shown = withoutUser(address.url);
  const refused = async (failure: Failure): Promise<{ ok: false; problem: Failure }> => {
    await record.update({ endedAt: world.clock.wall(), failure });
    return { ok: false, problem: failure };
  };
  const startedNs = world.clock.nowNs();
  const isThere = await answersSoon(world, request, address);
  const server = await askServer(world, address);
  const models = server.ok ? server.value.models : [];
  // Some servers have no health route: one that names its model is there.
  if (!isThere && models.length === 0) {
    const status = server.ok ? server.value.status : null;
    return await refused(
      status === 401 || status === 403
        ? ownFailure(
            "key-refused",
            `${shown} refused the request (HTTP ${status})`,
            "Name the variable that holds its key: `sut: { headers: { Authorization: { env: TOKEN } } }`; and look at what it holds.",
          )
        : ownFailure(
            "no-answer",
            `nothing that serves a model answers at ${shown}`,
            `Start the server, or correct the address; both ${engine.readiness.path} and /v1/models were asked.`,
          ),
    );
  }
  const asked = request.model;
  if (asked !== undefined && models.length > 0 && !models.includes(asked)) {
    const message = `${shown} serves ${models.join(", ")}, and not ${asked}`;
    return await refused(ownFailure("model-not-served", message, "Name one of those as the model."));
  }
  // What answers there may be a simulated engine: then its numbers are none of a measured one, whatever the engine file says.
  if (server.ok && server.value.origin === "simulated") await record.update({ origin: "simulated" });
  await record.update({
    readyAfterS: Math.round(Number(world.clock.nowNs() - startedNs) / 1e6) / 1000,
    engineVersion: await askVersion(world, address, engine),
    resolvedConfiguration: await askConfiguration(world, address, engine, async () => ""),
  });
  const watch = watchForDeath(world, { engine, address, child: null, log: null, linesAtStart: 0 });
  const running = runningEngine(world, {
    request,
    record,
    address,
    servedName: asked ?? models[0] ?? null,
    watch,
    recordMembers: () => Promise.resolve(),
    async end() {
      await endMarked(world, record.value(), request.patience); // what a hook left
      await record.update({ endedAt: world.clock.wall() });
    },
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
