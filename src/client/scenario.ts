import { succeed, type Result } from "../schema/result.ts";
import type { LoadKnobs } from "../schema/workload.ts";
import type { Issue } from "./issue.ts";
import type { LoadOptions } from "./load-options.ts";
import type { Pacer } from "./pacer.ts";

/** What a scenario is handed: units 0 to `total` - 1 in the order of sending, each a whole conversation or a single question. */
export interface Session {
  total: number;
  /** Units that may be open at once. */
  asked: number;
  /** When each unit is due, in ns after the start; null where the scenario has no schedule. */
  dueNs: Float64Array | null;
  /** Nanoseconds since the start. */
  now: () => number;
  /** True when nothing more is to be sent. */
  stopped: () => boolean;
  /** Waits for due times. */
  pacer: Pacer;
  /** Makes what will be sent first of this unit, so that sending takes no longer than it must. */
  prepare(unit: number): void;
  /** Sees to it that so many connections wait; returns at once. */
  connect(count: number): void;
  /**
   * Sends one unit, its turns in order. `over` is called when the last is over, however it went: of a single question
   * within the read that brought its end, so that what it sends leaves before anything else is read. `scheduledNs` is the
   * intended send of the first turn, null where there is none; `chunk` the client chunk that it is part of.
   */
  send(unit: number, scheduledNs: number | null, chunk: number | null, over: () => void): void;
}

/** How the client drives the engine: which unit goes when. `issue` is what LoadGen would issue; none where no ruleset says so. */
export interface Scenario {
  /** Due times of so many units (`requests`) in ns after the start, made before the clock runs; null where they follow each other. */
  schedule(
    options: Pick<LoadOptions, "workload" | "requests" | "seed" | "traceS"> & { issue?: Issue | null },
  ): Result<Float64Array | null>;
  /** Units that are to be open at once; of a schedule, those to be ready for. `inFlightDefault` is what the engine's batch suggests. */
  asked(load: LoadKnobs, inFlightDefault: number, dueNs: Float64Array | null, issue?: Issue | null): number;
  /** True where the engine's queue must not run empty before the last request is sent. */
  needsQueue(load: LoadKnobs): boolean;
  /** True where several processes can carry it together, none of which knows when a request of another ends. */
  canBeSplit(load: LoadKnobs): boolean;
  /** Resolves when every request that was sent is over. */
  drive(session: Session, load: LoadKnobs, issue?: Issue | null): Promise<void>;
}

/** Of scenarios in which a unit goes when another has ended. */
export const unscheduled: Scenario["schedule"] = () => succeed(null);

/** Of a first burst, what is sent in one turn of the event loop; then answers are read, so that none is stamped late. */
const SENT_AT_ONCE = 64;

/** Sends units `from` to `to` - 1 in order, `limit` at once, each next one the moment that one before it is over. Resolves when all that were sent are over. */
export async function keepInFlight(
  from: number,
  to: number,
  limit: number,
  session: Pick<Session, "stopped">,
  send: (unit: number, over: () => void) => void,
): Promise<void> {
  const most = Math.min(limit, to - from);
  let next = from;
  let open = 0;
  /** True while a fill is at work or has one to follow: who ends meanwhile leaves the sending to it. */
  let filling = false;
  await new Promise<void>((resolve) => {
    const fill = (): void => {
      filling = true;
      for (let left = SENT_AT_ONCE; left > 0 && open < most && next < to && !session.stopped(); left -= 1) {
        open += 1;
        next += 1;
        send(next - 1, over);
      }
      filling = open < most && next < to && !session.stopped();
      if (filling) setImmediate(fill);
      else if (open === 0) resolve();
    };
    const over = (): void => {
      open -= 1;
      if (!filling) fill();
    };
    fill();
  });
}
