import type { WarmUp } from "../schema/observation.ts";
import type { SteadyGate } from "../schema/steady-gate.ts";
import type { LoadOptions } from "./load-options.ts";
import type { LoadLayout } from "./load-part.ts";
import { createPhase, type PhaseOptions, type Records } from "./phase.ts";
import { keepInFlight } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";
import { watchSteadiness } from "./steadiness.ts";
import { NS_PER_S } from "./trial-clock.ts";
import { gatedWarmUpTraffic, unitCount, warmUpTraffic } from "./units.ts";

/** What a gated warm-up without a schedule sends at most: above what 60 s of the fastest engine take, and a few MB. */
const MOST_UNITS = 100_000;

/** What a warm-up has in common with the measured phase. */
export type SharedPhaseOptions = Omit<
  PhaseOptions,
  "phase" | "traffic" | "asked" | "dueNs" | "drive" | "keepText" | "onProgress"
> &
  Pick<LoadOptions, "onProgress">;

/**
 * The workload's number of warm-up requests; in a closed loop at least as many units as are kept open. None where it asks
 * for none. With a gate it goes on under the measured load until that is steady, or the longest wait is over; `ownPart` is
 * what this process carries, and watches. Resolves when all of it is over, with how a gate ended it.
 */
export async function warmUp(
  options: LoadOptions,
  layout: LoadLayout,
  ownPart: (whole: LoadLayout) => LoadLayout,
  shared: SharedPhaseOptions,
): Promise<WarmUp | null> {
  const { workload } = options;
  const { asked } = layout;
  const fewest = workload.scenario === "closed" ? asked : 0;
  if (workload.warmupUntilSteady) {
    return untilSteady(options, workload.warmupUntilSteady, { layout, fewest, ownPart }, shared);
  }
  if (workload.warmupRequests === 0) return null;
  const traffic = warmUpTraffic(options, fewest);
  const own = ownPart({ traffic, dueNs: null, asked: Math.min(asked, unitCount(traffic)), issue: null });
  await createPhase({
    ...shared,
    ...own,
    onProgress: options.onProgress,
    phase: "warmup",
    keepText: false,
    drive: (session) =>
      keepInFlight(0, session.total, session.asked, session, (unit, over) => session.send(unit, null, null, over)),
  }).run();
  return null;
}

interface Gated {
  layout: LoadLayout;
  fewest: number;
  ownPart: (whole: LoadLayout) => LoadLayout;
}

async function untilSteady(
  options: LoadOptions,
  gate: SteadyGate,
  { layout, fewest, ownPart }: Gated,
  shared: SharedPhaseOptions,
): Promise<WarmUp> {
  const { workload, onProgress } = options;
  const longestNs = gate.longestS * NS_PER_S;
  const dueNs = layout.dueNs === null ? null : goingOn(layout.dueNs, longestNs);
  const traffic = gatedWarmUpTraffic(options, { fewest, most: dueNs?.length ?? MOST_UNITS });
  const own = ownPart({ ...layout, traffic, dueNs });
  const share = unitCount(own.traffic) / Math.max(1, unitCount(traffic));
  const fewestOwn = Math.ceil(Math.max(workload.warmupRequests, fewest) * share);
  const watch = watchSteadiness(gate, fewestOwn);
  const startNs = shared.now();
  let requests = 0;
  const records: Records = {
    opened: (record) => shared.records.opened(record),
    over(record) {
      requests += 1;
      watch.saw(record);
      shared.records.over(record);
    },
  };
  const isOver = (): boolean => watch.isSteady() || shared.now() - startNs >= longestNs;
  const scenario = scenarios[workload.scenario];
  // A stream of LoadGen's ends by its own rule; this one does by the gate's.
  const issue = layout.issue === null ? null : { ...layout.issue, enough: null };
  await createPhase({
    ...shared,
    // Nobody knows how many there will be.
    onProgress: (progress) => onProgress?.({ ...progress, of: Math.max(fewestOwn, gate.over, progress.done) }),
    records,
    phase: "warmup",
    keepText: false,
    traffic: own.traffic,
    asked: own.asked,
    dueNs: own.dueNs?.map((due) => startNs + due) ?? null,
    drive: (session) =>
      scenario.drive({ ...session, stopped: () => session.stopped() || isOver() }, workload.load, issue),
  }).run();
  return { steady: watch.isSteady(), requests, tookS: (shared.now() - startNs) / NS_PER_S, cv: watch.cv() };
}

/** A schedule from its beginning for so long, and again from there where it is shorter. */
function goingOn(dueNs: Float64Array, longestNs: number): Float64Array {
  const spanNs = (dueNs.at(-1) ?? 0) - (dueNs[0] ?? 0);
  // One arrival, or all at once, has no gap: a second is one that no server is drowned by.
  const turnNs = spanNs + (spanNs > 0 ? spanNs / (dueNs.length - 1) : NS_PER_S);
  const going: number[] = [];
  for (let turn = 0; turn * turnNs < longestNs && going.length < MOST_UNITS; turn += 1) {
    for (const due of dueNs) {
      const atNs = turn * turnNs + due;
      if (atNs < longestNs && going.length < MOST_UNITS) going.push(atNs);
    }
  }
  return Float64Array.from(going);
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
