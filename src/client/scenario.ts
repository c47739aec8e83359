import { succeed, type Result } from "../schema/result.ts";
import type { LoadKnobs } from "../schema/workload.ts";
import type { LoadOptions } from "./load-options.ts";

/** What a scenario is handed: requests 0 to `total` - 1, in the order of sending. */
export interface Session {
  total: number;
  /** Requests that may be open at once. */
  asked: number;
  /** When each request is due, in ns after the start; null where the scenario has no schedule. */
  dueNs: Float64Array | null;
  /** Nanoseconds since the start. */
  now: () => number;
  /** True when nothing more is to be sent. */
  stopped: () => boolean;
  /** Makes what will be sent at this position, so that sending takes no longer than it must. */
  prepare(position: number): void;
  /** Sees to it that so many connections wait; returns at once. */
  connect(count: number): void;
  /** Tells how many nanoseconds of CPU went into waiting for due times and not into the load. */
  polled(ns: number): void;
  /** Sends one request; resolves when it is over, however it went. `scheduledNs` is the intended send, null where there is none; `chunk` the client chunk that it is part of. */
  send(position: number, scheduledNs: number | null, chunk: number | null): Promise<void>;
}

/** How the client drives the engine: which request goes when. */
export interface Scenario {
  /** Due times in ns after the start, made before the clock runs; null where requests follow each other. */
  schedule(options: Pick<LoadOptions, "workload" | "requests" | "seed" | "traceS">): Result<Float64Array | null>;
  /** Requests that are to be open at once; of a schedule, those to be ready for. `inFlightDefault` is what the engine's batch suggests. */
  asked(load: LoadKnobs, inFlightDefault: number, dueNs: Float64Array | null): number;
  /** True where the engine's queue must not run empty before the last request is sent. */
  needsQueue(load: LoadKnobs): boolean;
  /** Resolves when every request that was sent is over. */
  drive(session: Session, load: LoadKnobs): Promise<void>;
}

/** Of scenarios in which a request goes when another has ended. */
export const unscheduled: Scenario["schedule"] = () => succeed(null);

/** Sends requests `from` to `to` - 1 in order, `limit` at once, each next one the moment that one before it is over. */
export async function keepInFlight(
  from: number,
  to: number,
  limit: number,
  session: Pick<Session, "stopped">,
  send: (position: number) => Promise<void>,
): Promise<void> {
  let next = from;
  const slot = async (): Promise<void> => {
    while (next < to && !session.stopped()) {
      const position = next;
      next += 1;
      await send(position);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, to - from) }, slot));
}
