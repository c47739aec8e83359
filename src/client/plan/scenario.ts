import { succeed, type Result } from "../../schema/result.ts";
import type { LoadKnobs } from "../../schema/workload.ts";
import type { LoadGenPlan } from "./loadgen-plan.ts";
import type { LoadOptions } from "../load-options.ts";
import type { Cap } from "../drive/cap.ts";
import type { Pacer } from "../drive/pacer.ts";
import type { Places } from "../drive/places.ts";

/** What a scenario is handed: units from 0 in the order of sending, each a whole conversation or a single question. */
export interface ScenarioContext {
  /** The fewest units that there are. */
  total: number;
  /** True where this unit is to be sent: one of the `total`, or a later one where the shortest time is not over. */
  goesOn: (unit: number) => boolean;
  /** When the phase starts, by `now`. */
  startNs: number;
  /** The places of a closed loop, which the phases of a load hand on to each other. */
  places: Places;
  /** Holds back what a schedule would open beyond a limit; null without one. */
  cap: Cap | null;
  /** To be called when everything was sent, so that the next phase may begin: within the call that freed a place, or when the last unit was due. */
  spent: () => void;
  /** Units that may be open at once. */
  asked: number;
  /** When each unit is due, by `now`; null where the scenario has no schedule. */
  dueNs: Float64Array | null;
  /** Nanoseconds of the trial's clock. */
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
   * Sends one unit, its turns in order. `onDone` is called when the last is over, however it went: of a single question
   * within the read that brought its end, so that what it sends leaves before anything else is read. `scheduledNs` is the
   * intended send of the first turn, null where there is none; `chunk` the client chunk that it is part of; `heldNs` how long
   * the cap held it back after it was due, null without a cap.
   */
  send(
    unit: number,
    scheduledNs: number | null,
    chunk: number | null,
    onDone: () => void,
    heldNs?: number | null,
  ): void;
}

/** How the client drives the engine: which unit goes when. `loadGenPlan` is what LoadGen would issue; none where no ruleset says so. */
export interface Scenario {
  /** Due times of `requests` units in ns after the start, or of more where the last is to be due after `shortestS`; made before the clock runs. Null where each unit follows the end of another. */
  schedule(
    options: Pick<LoadOptions, "workload" | "requests" | "shortestS" | "seed" | "traceS"> & {
      loadGenPlan?: LoadGenPlan | null;
    },
  ): Result<Float64Array | null>;
  /** Units that are to be open at once; of a schedule, those to be ready for. `inFlightDefault` is what the engine's batch suggests. */
  asked(load: LoadKnobs, inFlightDefault: number, dueNs: Float64Array | null, loadGenPlan?: LoadGenPlan | null): number;
  /** The most units that may be open, however many are due; null without a limit. */
  most(load: LoadKnobs): number | null;
  /** True where the engine's queue must not run empty before the last request is sent. */
  needsQueue(load: LoadKnobs): boolean;
  /**
   * True where the load is kept whole at both ends: the measured requests follow the warm-up without a pause, and a tail
   * follows them, which is not scored, until the last measured one is over. False where LoadGen's order holds.
   */
  isKeptWhole: boolean;
  /** True where several processes can carry it together, none of which knows when a request of another ends. */
  canBeSplit(load: LoadKnobs): boolean;
  /** Resolves when every request that was sent is over. */
  drive(context: ScenarioContext, load: LoadKnobs, loadGenPlan?: LoadGenPlan | null): Promise<void>;
}

/** Of scenarios in which a unit goes when another has ended. */
export const unscheduled = { schedule: () => succeed(null), most: () => null } satisfies Partial<Scenario>;
