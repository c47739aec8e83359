import type { LoadKnobs } from "../schema/workload.ts";

/** What a scenario is handed: requests 0 to `total` - 1, in the order of sending. */
export interface Session {
  total: number;
  /** Requests that may be open at once. */
  asked: number;
  /** True when nothing more is to be sent. */
  stopped(): boolean;
  /** Sends one request; resolves when it is over, however it went. `scheduledNs` is the intended send, null where there is none; `chunk` the client chunk that it is part of. */
  send(position: number, scheduledNs: number | null, chunk: number | null): Promise<void>;
}

/** How the client drives the engine: which request goes when. */
export interface Scenario {
  /** Requests that are to be open at once. `inFlightDefault` is what the engine's batch suggests. */
  asked(load: LoadKnobs, inFlightDefault: number): number;
  /** True where the engine's queue must not run empty before the last request is sent. */
  needsQueue(load: LoadKnobs): boolean;
  /** Resolves when every request that was sent is over. */
  drive(session: Session, load: LoadKnobs): Promise<void>;
}

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
