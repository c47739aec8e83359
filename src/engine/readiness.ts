import type { Engine } from "../schema/engine.ts";
import type { LaunchPhase } from "../schema/launch.ts";
import type { Child, World } from "../world/world.ts";
import type { LogFollower } from "./log-follower.ts";
import { exchange, type Address } from "./questions.ts";
import { phaseClock } from "./start-phases.ts";

/** Small engines are ready in seconds and their start is measured; a large one is not asked so often. */
const quickPollMs = 100;
const quickForS = 5;
const slowPollMs = 250;
const answerMs = 2000;

export type StartOutcome =
  | { state: "ready"; readyAfterS: number; phases: LaunchPhase[] }
  | { state: "exited" | "failed" | "interrupted"; phases: LaunchPhase[] }
  | { state: "stalled"; phases: LaunchPhase[]; silentS: number }
  | { state: "late"; phases: LaunchPhase[] };

/**
 * Waits for an engine that was just started: until its readiness route answers with 200 while its process lives. A start
 * fails after `stalledAfterS` in which nothing was added to the log, and after `readyWithinS` in all, however much it logs,
 * or at the line that the engine file calls fatal. `onPoll` is called at each look.
 */
export async function waitUntilReady(
  world: Pick<World, "clock" | "network">,
  start: {
    engine: Engine;
    address: Address;
    child: Child;
    log: LogFollower;
    startedNs: bigint;
    signal?: AbortSignal;
    onPhase?: (phase: string, elapsedS: number) => void;
    onPoll?: () => Promise<void>;
  },
): Promise<StartOutcome> {
  const { engine, child, log } = start;
  const elapsedS = () => Number(world.clock.nowNs() - start.startedNs) / 1e9;
  const clock = phaseClock(engine.phases);
  const fatal = engine.readiness.fatal === undefined ? null : new RegExp(engine.readiness.fatal);
  let hasFailed = false;
  let lastGrowthS = 0;
  const readLog = async (seenAtS?: number) => {
    const nowS = seenAtS ?? elapsedS();
    const grown = await log.read((line) => {
      hasFailed ||= fatal?.test(line) ?? false;
      for (const { id, atS } of clock.line(line, nowS)) start.onPhase?.(id, atS);
    });
    if (grown > 0) lastGrowthS = nowS;
  };
  while (true) {
    // Asked before the log is read: a process that ended has written all that it had to say.
    const exited = child.exit() !== null;
    await readLog();
    if (exited || hasFailed) return { state: exited ? "exited" : "failed", phases: clock.phases() };
    if (start.signal?.aborted) return { state: "interrupted", phases: clock.phases() };
    if (await answersReady(world, start.address, engine, start.signal)) {
      const readyAfterS = elapsedS();
      await readLog(readyAfterS);
      if (child.exit() === null && !hasFailed) {
        const { id, atS } = clock.end("ready", readyAfterS);
        start.onPhase?.(id, atS);
        return { state: "ready", readyAfterS: atS, phases: clock.phases() };
      }
      continue; // another server answers on the port of an engine that has ended
    }
    const silentS = elapsedS() - lastGrowthS;
    if (silentS >= engine.readiness.stalledAfterS) return { state: "stalled", phases: clock.phases(), silentS };
    if (elapsedS() >= engine.readiness.readyWithinS) return { state: "late", phases: clock.phases() };
    await start.onPoll?.();
    await world.clock.sleep(elapsedS() < quickForS ? quickPollMs : slowPollMs, start.signal);
  }
}

/** One question to the readiness route. */
export async function answersReady(
  world: Pick<World, "network">,
  address: Address,
  engine: Engine,
  signal?: AbortSignal,
): Promise<boolean> {
  const answer = await exchange(world, address, {
    path: engine.readiness.path,
    timeoutMs: answerMs,
    ...(signal ? { signal } : {}),
  });
  return answer.ok && answer.value.status === 200;
}
