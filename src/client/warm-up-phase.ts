import type { RequestRecord, WarmUp } from "../schema/observation.ts";
import type { LoadOptions } from "./load-options.ts";
import type { LoadLayout } from "./load-layout.ts";
import { createPhase, type PhaseOptions, type Records } from "./phase.ts";
import { keepInFlight } from "./places.ts";
import type { Session } from "./scenario.ts";
import { goingOn, mostBeside } from "./schedules.ts";
import { scenarios } from "./scenarios/index.ts";
import { watchSteadiness } from "./steadiness.ts";
import { NS_PER_S } from "./trial-clock.ts";
import { goingWarmUpTraffic, unitCount, warmUpTraffic } from "./units.ts";

/** An open loop without a gate is led in for so long at most, where the first request of it does not end before. */
const LONGEST_LEAD_IN_S = 10;

/** What a warm-up has in common with the measured phase. */
export type SharedPhaseOptions = Omit<
  PhaseOptions,
  "phase" | "traffic" | "asked" | "dueNs" | "drive" | "keepText" | "onProgress"
> &
  Pick<LoadOptions, "onProgress">;

export interface WarmUpPlan {
  options: LoadOptions;
  layout: LoadLayout;
  /** What this process carries of a whole load. */
  ownPart: (whole: LoadLayout) => LoadLayout;
  shared: SharedPhaseOptions;
  /** True where it is to flow over into what is measured. */
  isKeptWhole: boolean;
  /** Called with an internal error of what runs beside the measured requests. */
  breakOff: (error: unknown) => void;
}

/** A warm-up under way. */
export interface RunningWarmUp {
  /** Resolves when it was enough, with how a gate ended it; null without one. Where the load is kept whole, more is sent until `end`. */
  enough: Promise<WarmUp | null>;
  /** Sends no more. Resolves when all that was sent is over. */
  end(): Promise<void>;
}

const NONE: RunningWarmUp = { enough: Promise.resolve(null), end: () => Promise.resolve() };

/**
 * The workload's number of warm-up requests; in a closed loop at least as many units as are kept open. None where it asks
 * for none. With a gate it goes on until the load is steady, or the longest wait is over. Where the load is kept whole, it
 * goes on under the measured load until each place was filled twice, in an open loop by the schedule until the first
 * request of it is over: as many are in flight then as will be.
 */
export function startWarmUp(plan: WarmUpPlan): RunningWarmUp {
  const { options, layout, isKeptWhole } = plan;
  const { warmupUntilSteady, warmupRequests, scenario } = options.workload;
  const fewest = scenario === "closed" ? layout.asked : 0;
  if (warmupUntilSteady) return goOnUntilSteady(plan, warmupUntilSteady, fewest);
  if (warmupRequests === 0) return NONE;
  if (!isKeptWhole) return inOneGo(plan, fewest);
  return layout.dueNs === null ? goOnForAWave(plan, fewest) : leadIn(plan);
}

/** As many requests as the workload says, and no more. */
function inOneGo({ options, layout, ownPart, shared }: WarmUpPlan, fewest: number): RunningWarmUp {
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

/** A closed loop: until the first wave is over, and as many requests as the workload says. */
function goOnForAWave(plan: WarmUpPlan, fewest: number): RunningWarmUp {
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

/** An open loop: what the workload says at once, and then by the schedule until the first of that is over. */
function leadIn(plan: WarmUpPlan): RunningWarmUp {
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
  plan: WarmUpPlan,
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
  /** Requests that it takes at least, for progress. */
  of: number;
  over(record: RequestRecord): void;
  unitOver?(unit: number): void;
  isEnough(): boolean;
  longestNs?: number;
}

/** Sends under the scenario's own rule until it is enough; where the load is not kept whole, no more from then on. */
function goOn({ options, layout, shared, isKeptWhole }: WarmUpPlan, own: LoadLayout, until: Until): RunningWarmUp {
  const { workload, onProgress } = options;
  const scenario = scenarios[workload.scenario];
  // A stream of LoadGen's ends by its own rule; this one does by the gate's.
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
    // Nobody knows how many there will be.
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

/** What several processes say of their own parts, as one: steady where all are. Null where none had a gate. */
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
