import type { Engine } from "../schema/engine.ts";
import type { Failure } from "../schema/launch.ts";
import type { Child, World } from "../world/world.ts";
import { classifyInTime } from "./classify-in-time.ts";
import type { LogFollower } from "./log-follower.ts";
import { exchange, type Address } from "./questions.ts";

/** Often enough to end a trial soon, seldom enough to leave the measurement alone. An end of the process is seen at once. */
const intervalMs = 2000;
const answerMs = 10_000;
/** After a first sign of death the engine is given so long to write down why. */
const lastWordsMs = 1000;

export interface DeathWatch {
  died: Promise<Failure>;
  check(): Promise<Failure | null>;
  /** From here on an end is ours. */
  end(): void;
}

/**
 * Watches a running engine. It is dead when its process has ended, when its readiness route answers with 500 or more
 * (vLLM: 503 for some seconds after its EngineCore or a worker has gone), or when nobody listens any more. A slow
 * answer is no death: a loaded server may take its time. `child` is null for an engine that is not ours.
 */
export function watchForDeath(
  world: Pick<World, "clock" | "network">,
  watched: {
    engine: Engine;
    address: Address;
    child: Child | null;
    /** Null for an engine whose log we cannot read. */
    log: LogFollower | null;
    /** Lines of the log before it served: what they say did not kill it. */
    linesAtStart: number;
  },
): DeathWatch {
  const ended = new AbortController();
  let failure: Failure | null = null;
  const { promise: died, resolve: announce } = Promise.withResolvers<Failure>();

  const declareDead = async (message: string): Promise<Failure | null> => {
    if (watched.child?.exit() === null) await world.clock.sleep(lastWordsMs, ended.signal);
    if (ended.signal.aborted) return failure;
    // The death is reported even where the log cannot be read.
    await watched.log?.read().catch(() => 0);
    failure ??= classifyInTime(
      watched.engine,
      watched.log?.text() ?? "",
      { class: "engine-died", message, hint: "Read the last lines of the engine's log; then run again." },
      { afterLine: watched.linesAtStart },
    );
    announce(failure);
    return failure;
  };

  const check = async (): Promise<Failure | null> => {
    if (failure || ended.signal.aborted) return failure;
    const message = await signOfDeath(world, watched);
    return message === null ? null : await declareDead(message);
  };

  // A look that itself fails (no file descriptor is left) says nothing about the engine: the next one may.
  const look = (): Promise<Failure | null> => check().catch(() => null);
  void watched.child?.exited.then(look);
  void (async () => {
    while (!ended.signal.aborted) {
      await world.clock.sleep(intervalMs, ended.signal);
      if (await look()) return;
    }
  })();
  return { died, check, end: () => ended.abort() };
}

/** What says that the engine is dead, in our words; null where nothing does. */
async function signOfDeath(
  world: Pick<World, "clock" | "network">,
  { engine, address, child }: { engine: Engine; address: Address; child: Child | null },
): Promise<string | null> {
  const ended = (): string | null => {
    const exit = child?.exit();
    return exit ? `the engine's process ended while it served (${exit.signal ?? `exit code ${exit.code}`})` : null;
  };
  if (ended() !== null) return ended();
  for (const lastLook of [false, true]) {
    const answer = await exchange(world, address, { path: engine.readiness.path, timeoutMs: answerMs });
    if (answer.ok && answer.value.status < 500) return null;
    if (answer.ok) return `the engine says that it is dead: ${engine.readiness.path} answers ${answer.value.status}`;
    // A server under load may refuse one connection; and a process's sockets close before its end is reported, while a
    // child that inherited its listening socket keeps the port.
    await world.clock.sleep(250);
    if (ended() !== null) return ended();
    if (!(await nobodyListens(world, address))) return null;
    if (lastLook) return `nobody listens at ${address.url} any more`;
  }
  return null;
}

async function nobodyListens({ network }: Pick<World, "network">, { url }: Address): Promise<boolean> {
  const parsed = URL.parse(url);
  const isLoopback = parsed?.hostname === "127.0.0.1" || parsed?.hostname === "localhost";
  return isLoopback && parsed.port !== "" && (await network.portIsFree(Number(parsed.port)));
}
