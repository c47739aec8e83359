import type { RequestRecord, WarmUp } from "../schema/observation.ts";
import type { LoadOptions } from "./load-options.ts";
import type { LoadLayout } from "./load-layout.ts";
import { createPhase, type PhaseOptions, type Records } from "./phase.ts";
import { keepInFlight } from "./drive/places.ts";
import type { Session } from "./plan/scenario.ts";
import { goingOn, mostBeside } from "./plan/schedules.ts";
import { scenarios } from "./plan/scenarios/index.ts";
import { watchSteadiness } from "./drive/steadiness.ts";
import { NS_PER_S } from "./trial-clock.ts";
import { goingWarmUpTraffic, unitCount, warmUpTraffic } from "./plan/units.ts";

/** The longest lead-in of an open loop without a gate, where no request of it ends earlier. */
const LONGEST_LEAD_IN_S = 10;

/** The options that the warm-up and the tail share with the measured phase. */
export type SharedPhaseOptions = Omit<
  PhaseOptions,
  "phase" | "traffic" | "asked" | "dueNs" | "drive" | "keepText" | "onProgress"
> &
  Pick<LoadOptions, "onProgress">;

/** What the two phases that are not scored, warm-up and tail, are made from. */
export interface UnscoredPlan {
  options: LoadOptions;
  layout: LoadLayout;
  /** What this process carries of a whole load. */
  ownPart: (whole: LoadLayout) => LoadLayout;
  shared: SharedPhaseOptions;
  /** True where the measured requests follow the warm-up without a pause. */
  isKeptWhole: boolean;
  /** Called with an internal error of a phase that runs beside the measured one. */
  breakOff: (error: unknown) => void;
}

/** A warm-up under way. */
export interface RunningWarmUp {
  /** Resolves when the warm-up is long enough, with how its gate ended it; null without a gate. Where the load is kept whole, it goes on sending until `end`. */
  enough: Promise<WarmUp | null>;
  /** Ends the sending. Resolves when all requests that were sent are over. */
  end(): Promise<void>;
}

const NONE: RunningWarmUp = { enough: Promise.resolve(null), end: () => Promise.resolve() };

/**
 * Sends the workload's number of warm-up requests; in a closed loop at least as many units as are kept open. With a gate the
 * warm-up goes on until the load is steady or the longest wait is over. Where the load is kept whole, it goes on under the
 * measured load: in a closed loop until each place was filled twice, in an open loop by the schedule until the first
 * scheduled request is over, when as many are in flight as later on. A workload that asks for no requests gets none.
 */
export function startWarmUp(plan: UnscoredPlan): RunningWarmUp {
  const { options, layout, isKeptWhole } = plan;
  const { warmupUntilSteady, warmupRequests, scenario } = options.workload;
  const fewest = scenario === "closed" ? layout.asked : 0;
  if (warmupUntilSteady) return goOnUntilSteady(plan, warmupUntilSteady, fewest);
  if (warmupRequests === 0) return NONE;
  if (!isKeptWhole) return inOneGo(plan, fewest);
  return layout.dueNs === null ? goOnForAWave(plan, fewest) : leadIn(plan);
}

/** Exactly as many requests as the workload says, or `fewest` units. */
function inOneGo({ options, layout, ownPart, shared }: UnscoredPlan, fewest: number): RunningWarmUp {
  const traffic = warmUpTraffic(options, fewest);
  const whole = { ...layout, traffic, dueNs: null, asked: Math.min(layout.asked, unitCount(traffic)), issue: null };
  const over = createPhase({
    ...shared,
    ...ownPart(whole),
    onProgress: shared.onProgress,
    phase: "warmup",
    keepText: false,
    drive: (session) =>
      keepInFlight(0, session.total, session.asked, session, (unit, done) => session.send(unit, null, null, done)),
  }).run(shared.now());
  return { enough: over.then(() => null), end: () => over };
}

/** A closed loop: until the first wave and as many requests as the workload says are over. */
function goOnForAWave(plan: UnscoredPlan, fewest: number): RunningWarmUp {
  const { options, layout, ownPart } = plan;
  const traffic = goingWarmUpTraffic(options, { fewest, wave: layout.asked });
  const own = ownPart({ ...layout, traffic });
  const share = own.asked / layout.asked;
  const requests = Math.ceil(options.workload.warmupRequests * share);
  let left = own.asked;
  let ended = 0;
  return goOn(plan, own, {
    of: requests,
    over: () => void (ended += 1),
    unitOver(unit) {
      if (unit < own.asked) left -= 1;
    },
    isEnough: () => left === 0 && ended >= requests,
  });
}

/** An open loop: first the workload's number of requests, then requests by the schedule until one of those is over. */
function leadIn(plan: UnscoredPlan): RunningWarmUp {
  const { options, layout, ownPart, shared } = plan;
  const burst = inOneGo(plan, 0);
  let going: RunningWarmUp | null = null;
  const begin = async (): Promise<null> => {
    await burst.enough;
    if (shared.signal?.aborted) return null;
    const dueNs = goingOn(layout.dueNs!, 2 * LONGEST_LEAD_IN_S * NS_PER_S, mostBeside(layout.dueNs!));
    const traffic = goingWarmUpTraffic(options, { fewest: 0, wave: 0, requests: dueNs.length });
    const own = ownPart({ ...layout, traffic, dueNs });
    let isOver = false;
    going = goOn(plan, own, {
      of: 0,
      over: () => void (isOver = true),
      isEnough: () => isOver,
      longestNs: LONGEST_LEAD_IN_S * NS_PER_S,
    });
    await going.enough;
    return null;
  };
  return {
    enough: begin(),
    async end() {
      await burst.end();
      await going?.end();
    },
  };
}

function goOnUntilSteady(
  plan: UnscoredPlan,
  gate: NonNullable<LoadOptions["workload"]["warmupUntilSteady"]>,
  fewest: number,
): RunningWarmUp {
  const { options, layout, ownPart, shared } = plan;
  const longestNs = gate.longestS * NS_PER_S;
  const dueNs = layout.dueNs === null ? null : goingOn(layout.dueNs, longestNs);
  const traffic = goingWarmUpTraffic(options, {
    fewest,
    wave: plan.isKeptWhole ? fewest : 0,
    ...(dueNs === null ? {} : { requests: dueNs.length }),
  });
  const own = ownPart({ ...layout, traffic, dueNs });
  const share = unitCount(own.traffic) / Math.max(1, unitCount(traffic));
  const fewestOwn = Math.ceil(Math.max(options.workload.warmupRequests, fewest) * share);
  const watch = watchSteadiness(gate, fewestOwn);
  const startNs = shared.now();
  let requests = 0;
  const running = goOn(plan, own, {
    of: Math.max(fewestOwn, gate.over),
    over(record) {
      requests += 1;
      watch.saw(record);
    },
    isEnough: () => watch.isSteady(),
    longestNs,
  });
  return {
    ...running,
    enough: running.enough.then(() => ({
      steady: watch.isSteady(),
      requests,
      tookS: (shared.now() - startNs) / NS_PER_S,
      cv: watch.cv(),
    })),
  };
}

interface Until {
  /** The fewest requests that it takes, for progress. */
  of: number;
  over(record: RequestRecord): void;
  unitOver?(unit: number): void;
  isEnough(): boolean;
  longestNs?: number;
}

/** Sends by the scenario's own rule until it is enough; then it goes on only where the load is kept whole. */
function goOn({ options, layout, shared, isKeptWhole }: UnscoredPlan, own: LoadLayout, until: Until): RunningWarmUp {
  const { workload, onProgress } = options;
  const scenario = scenarios[workload.scenario];
  // LoadGen's streams end by their own rule; the warm-up ends by its gate.
  const issue = layout.issue === null ? null : { ...layout.issue, enough: null };
  const { promise: enough, resolve, reject } = Promise.withResolvers<null>();
  let stopped = false;
  const look = (isLongest = false): void => {
    if (!isLongest && !until.isEnough()) return;
    stopped ||= !isKeptWhole;
    resolve(null);
  };
  const records: Records = {
    opened: (record) => shared.records.opened(record),
    over(record) {
      until.over(record);
      shared.records.over(record);
      look();
    },
  };
  const drive = (session: Session): Promise<void> =>
    scenario.drive(
      {
        ...session,
        stopped: () => stopped || session.stopped(),
        send: (unit, scheduledNs, chunk, over) =>
          session.send(unit, scheduledNs, chunk, () => {
            until.unitOver?.(unit);
            over();
            look();
          }),
      },
      workload.load,
      issue,
    );
  // Node's timers count in whole milliseconds of a loop that may have begun earlier: one more, so that none rings too soon.
  const timer = until.longestNs === undefined ? undefined : setTimeout(() => look(true), until.longestNs / 1e6 + 1);
  const over = createPhase({
    ...shared,
    traffic: own.traffic,
    asked: own.asked,
    dueNs: own.dueNs,
    // How many there will be is not known.
    onProgress: (progress) => onProgress?.({ ...progress, of: Math.max(until.of, progress.done) }),
    records,
    phase: "warmup",
    keepText: false,
    drive,
  }).run(shared.now());
  over.then(() => resolve(null)).catch(reject);
  enough.finally(() => clearTimeout(timer)).catch(() => undefined);
  return {
    enough: isKeptWhole ? enough : enough.then(async () => (await over, null)),
    end() {
      stopped = true;
      return over;
    },
  };
}

/** The warm-ups of several processes as one, which is steady where all of them are. Null where none had a gate. */
export function worstWarmUp(parts: readonly (WarmUp | null)[]): WarmUp | null {
  const told = parts.filter((part) => part !== null);
  if (told.length === 0) return null;
  const spreads = told.map(({ cv }) => cv);
  return {
    steady: told.every(({ steady }) => steady),
    requests: told.reduce((sum, { requests }) => sum + requests, 0),
    tookS: Math.max(...told.map(({ tookS }) => tookS)),
    cv: spreads.includes(null) ? null : Math.max(...spreads.map((cv) => cv ?? 0)),
  };
}
