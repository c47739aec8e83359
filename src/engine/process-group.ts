import type { ProcessMark } from "../schema/launch.ts";
import type { Child, World } from "../world/world.ts";
import { holdsWithin } from "../world/holds-within.ts";

/** What each signal is given, in milliseconds, until the next harder one is sent. */
export interface Patience {
  interruptMs: number;
  terminateMs: number;
  killMs: number;
}

/** vLLM ends 0.6 s after SIGINT and its children within 3 s; unloading a large model takes longer. */
export const defaultPatience: Patience = { interruptMs: 10_000, terminateMs: 10_000, killMs: 5000 };

/** After a Ctrl-C or SIGTERM, which we must obey at once: an engine that hangs ignores the first two signals. */
export const shortPatience: Patience = { interruptMs: 500, terminateMs: 200, killMs: 5000 };

/** Seconds that a container is given after SIGINT, until SIGKILL: clients take whole ones. */
export function gentleS({ interruptMs, terminateMs }: Patience): number {
  return Math.ceil((interruptMs + terminateMs) / 1000);
}

const pollMs = 50;

export interface GroupEnd {
  /** The last signal that was sent; null where nobody was there. */
  signal: "SIGINT" | "SIGTERM" | "SIGKILL" | null;
  /** Processes that were there at the start, and those that no signal ended. */
  members: ProcessMark[];
  left: ProcessMark[];
  /** How many were still there after SIGINT and SIGTERM, so that SIGKILL was sent. */
  killed: number;
}

/**
 * Ends the group of a process that we started, also where the group cannot be listed (no file descriptor is left): it is then
 * killed at once, and we wait for its leader alone.
 */
export async function endGroupSurely(
  world: Pick<World, "clock" | "processes">,
  child: Child,
  patience: Patience = defaultPatience,
): Promise<GroupEnd> {
  try {
    return await endGroup(world, child.pid, patience);
  } catch {
    world.processes.signalGroup(child.pid, "SIGKILL");
    const waiting = new AbortController();
    await Promise.race([child.exited, world.clock.sleep(patience.killMs, waiting.signal)]);
    waiting.abort();
    return { signal: "SIGKILL", members: [], left: [], killed: 0 };
  }
}

/** Ends every process of a group: SIGINT, then SIGTERM, then SIGKILL, waiting after each until nobody is left. */
export async function endGroup(
  world: Pick<World, "clock" | "processes">,
  group: number,
  patience: Patience = defaultPatience,
): Promise<GroupEnd> {
  const members = await world.processes.membersOf(group);
  let left = members;
  let sent: GroupEnd["signal"] = null;
  let killed = 0;
  const steps = [
    ["SIGINT", patience.interruptMs],
    ["SIGTERM", patience.terminateMs],
    ["SIGKILL", patience.killMs],
  ] as const;
  for (const [signal, waitMs] of steps) {
    if (left.length === 0) break;
    if (signal === "SIGKILL") killed = left.length;
    sent = signal;
    world.processes.signalGroup(group, signal);
    await holdsWithin(world.clock, { withinMs: waitMs, everyMs: pollMs }, async () => {
      left = await world.processes.membersOf(group);
      return left.length === 0;
    });
  }
  return { signal: sent, members, left, killed };
}
