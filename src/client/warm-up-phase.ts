import { NS_PER_MS, NS_PER_S } from "../math/units.ts";
import type { RequestRecord, WarmUp } from "../schema/observation.ts";
import type { LoadOptions } from "./load-options.ts";
import type { LoadPlan } from "./load-plan.ts";
import { createPhase, type PhaseOptions, type Records } from "./phase.ts";
import { startTimer } from "./drive/deadlines.ts";
import { keepInFlight } from "./drive/places.ts";
import type { ScenarioContext } from "./plan/scenario.ts";
import { goingOn, mostBeside } from "./plan/schedules.ts";
import { scenarios } from "./plan/scenarios/index.ts";
import { watchSteadiness } from "./drive/steadiness.ts";
import { ongoingWarmUpPlan, unitCount, warmUpPlan } from "./plan/request-plan.ts";

/** The longest lead-in of an open loop without a gate, where no request of it ends earlier. */
const LONGEST_LEAD_IN_S = 10;

/** The options that the warm-up and the tail share with the measured phase. */
export type SharedPhaseOptions = Omit<
  PhaseOptions,
  "phase" | "requestPlan" | "asked" | "dueNs" | "drive" | "keepText" | "onProgress"
> &
  Pick<LoadOptions, "onProgress">;

/** What the two phases that are not scored, warm-up and tail, are made from. */
export interface UnscoredPlan {
  options: LoadOptions;
  loadPlan: LoadPlan;
  /** What this process carries of a whole load. */
  ownShard: (whole: LoadPlan) => LoadPlan;
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
  const { options, loadPlan, isKeptWhole } = plan;
  const { warmupUntilSteady, warmupRequests, scenario } = options.workload;
  const fewest = scenario === "closed" ? loadPlan.asked : 0;
  if (warmupUntilSteady) return goOnUntilSteady(plan, warmupUntilSteady, fewest);
  if (warmupRequests === 0) return NONE;
  if (!isKeptWhole) return inOneGo(plan, fewest);
  return loadPlan.dueNs === null ? goOnForAWave(plan, fewest) : leadIn(plan);
}

/** Exactly as many requests as the workload says, or `fewest` units. */
function inOneGo({ options, loadPlan, ownShard, shared }: UnscoredPlan, fewest: number): RunningWarmUp {
  const requestPlan = warmUpPlan(options, fewest);
  const whole = {
    ...loadPlan,
    requestPlan,
    dueNs: null,
    asked: Math.min(loadPlan.asked, unitCount(requestPlan)),
    loadGenPlan: null,
  };
  const done = createPhase({
    ...shared,
    ...ownShard(whole),
    onProgress: shared.onProgress,
    phase: "warmup",
    keepText: false,
    drive: (context) =>
      keepInFlight(0, context.total, context.asked, context, (unit, onDone) => context.send(unit, null, null, onDone)),
  }).run(shared.now());
  return { enough: done.then(() => null), end: () => done };
}

/** A closed loop: until the first wave and as many requests as the workload says are over. */
function goOnForAWave(plan: UnscoredPlan, fewest: number): RunningWarmUp {
  const { options, loadPlan, ownShard } = plan;
  const requestPlan = ongoingWarmUpPlan(options, { fewest, wave: loadPlan.asked });
  const own = ownShard({ ...loadPlan, requestPlan });
  const share = own.asked / loadPlan.asked;
  const requests = Math.ceil(options.workload.warmupRequests * share);
  let left = own.asked;
  let ended = 0;
  return goOn(plan, own, {
    of: requests,
    done: () => void (ended += 1),
    unitDone(unit) {
      if (unit < own.asked) left -= 1;
    },
    isEnough: () => left === 0 && ended >= requests,
  });
}

/** An open loop: first the workload's number of requests, then requests by the schedule until one of those is over. */
function leadIn(plan: UnscoredPlan): RunningWarmUp {
  const { options, loadPlan, ownShard, shared } = plan;
  const burst = inOneGo(plan, 0);
  let going: RunningWarmUp | null = null;
  const begin = async (): Promise<null> => {
    await burst.enough;
    if (shared.signal?.aborted) return null;
    const dueNs = goingOn(loadPlan.dueNs!, 2 * LONGEST_LEAD_IN_S * NS_PER_S, mostBeside(loadPlan.dueNs!));
    const requestPlan = ongoingWarmUpPlan(options, { fewest: 0, wave: 0, due: dueNs.length });
    const own = ownShard({ ...loadPlan, requestPlan, dueNs });
    let isDone = false;
    going = goOn(plan, own, {
      of: 0,
      done: () => void (isDone = true),
      isEnough: () => isDone,
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
  const { options, loadPlan, ownShard, shared } = plan;
  const longestNs = gate.longestS * NS_PER_S;
  const dueNs = loadPlan.dueNs === null ? null : goingOn(loadPlan.dueNs, longestNs);
  const requestPlan = ongoingWarmUpPlan(options, {
    fewest,
    wave: plan.isKeptWhole ? fewest : 0,
    ...(dueNs === null ? {} : { due: dueNs.length }),
  });
  const own = ownShard({ ...loadPlan, requestPlan, dueNs });
  const share = unitCount(own.requestPlan) / Math.max(1, unitCount(requestPlan));
  const fewestOwn = Math.ceil(Math.max(options.workload.warmupRequests, fewest) * share);
  const watch = watchSteadiness(gate, fewestOwn);
  const startNs = shared.now();
  let requests = 0;
  const running = goOn(plan, own, {
    of: Math.max(fewestOwn, gate.over),
    done(record) {
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
  done(record: RequestRecord): void;
  unitDone?(unit: number): void;
  isEnough(): boolean;
  longestNs?: number;
}

/** Sends by the scenario's own rule until it is enough; then it goes on only where the load is kept whole. */
function goOn({ options, loadPlan, shared, isKeptWhole }: UnscoredPlan, own: LoadPlan, until: Until): RunningWarmUp {
  const { workload, onProgress } = options;
  const scenario = scenarios[workload.scenario];
  // LoadGen's streams end by their own rule; the warm-up ends by its gate.
  const loadGenPlan = loadPlan.loadGenPlan === null ? null : { ...loadPlan.loadGenPlan, enough: null };
  const { promise: enough, resolve, reject } = Promise.withResolvers<null>();
  let stopped = false;
  const look = (isLongest = false): void => {
    if (!isLongest && !until.isEnough()) return;
    stopped ||= !isKeptWhole;
    resolve(null);
  };
  const records: Records = {
    opened: (record) => shared.records.opened(record),
    done(record) {
      until.done(record);
      shared.records.done(record);
      look();
    },
  };
  const drive = (context: ScenarioContext): Promise<void> =>
    scenario.drive(
      {
        ...context,
        stopped: () => stopped || context.stopped(),
        send: (unit, scheduledNs, chunk, onDone, heldNs) =>
          context.send(
            unit,
            scheduledNs,
            chunk,
            () => {
              until.unitDone?.(unit);
              onDone();
              look();
            },
            heldNs,
          ),
      },
      workload.load,
      loadGenPlan,
    );
  // Node's timers count in whole milliseconds of a loop that may have begun earlier: one more, so that none fires too soon.
  const { longestNs } = until;
  const timer = longestNs === undefined ? undefined : startTimer(() => look(true), longestNs / NS_PER_MS + 1);
  const done = createPhase({
    ...shared,
    requestPlan: own.requestPlan,
    asked: own.asked,
    dueNs: own.dueNs,
    // How many there will be is not known.
    onProgress: (progress) => onProgress?.({ ...progress, of: Math.max(until.of, progress.done) }),
    records,
    phase: "warmup",
    keepText: false,
    drive,
  }).run(shared.now());
  done.then(() => resolve(null)).catch(reject);
  enough.finally(() => clearTimeout(timer)).catch(() => undefined);
  return {
    enough: isKeptWhole ? enough : enough.then(async () => (await done, null)),
    end() {
      stopped = true;
      return done;
    },
  };
}

/** The warm-ups of several processes as one, which is steady where all of them are. Null where none had a gate. */
export function worstWarmUp(shards: readonly (WarmUp | null)[]): WarmUp | null {
  const gated = shards.filter((shard) => shard !== null);
  if (gated.length === 0) return null;
  const spreads = gated.map(({ cv }) => cv);
  return {
    steady: gated.every(({ steady }) => steady),
    requests: gated.reduce((sum, { requests }) => sum + requests, 0),
    tookS: Math.max(...gated.map(({ tookS }) => tookS)),
    cv: spreads.includes(null) ? null : Math.max(...spreads.map((cv) => cv ?? 0)),
  };
}
