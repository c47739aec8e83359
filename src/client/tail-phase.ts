import { NS_PER_S } from "../math/units.ts";
import { createPhase } from "./phase.ts";
import { following } from "./plan/schedules.ts";
import { scenarios } from "./plan/scenarios/index.ts";
import { tailPlan } from "./plan/request-plan.ts";
import type { UnscoredPlan } from "./warm-up-phase.ts";

/** The tail is sent for as long as the measured requests were, and for at least this long: after that the load is not kept up for a request that hangs. */
const LEAST_S = 60;

/** The requests that follow the measured ones. */
export interface Tail {
  /** Called when the measured requests are all sent, the first of them `sentForNs` ago. A second call does nothing. */
  start(sentForNs: number): void;
  /** Resolves when all requests of the tail are over, also where it never began. */
  done(): Promise<void>;
}

/**
 * Prepares requests like the measured ones, which are not scored: they keep the load whole until the last measured one is
 * over. They are made before the clock matters, and not while answers arrive. The shared signal ends them.
 */
export function prepareTail({ options, loadPlan, ownShard, shared, breakOff }: UnscoredPlan): Tail {
  const { workload } = options;
  const { now } = shared;
  const scenario = scenarios[workload.scenario];
  const dueNs = loadPlan.dueNs === null ? null : following(loadPlan.dueNs, lastsNs(loadPlan.dueNs.at(-1) ?? 0));
  const requestPlan = tailPlan(options, dueNs?.length);
  const own = ownShard({ ...loadPlan, requestPlan, fewest: Infinity, shortestS: 0, dueNs });
  let endNs = Infinity;
  let running: Promise<void> | null = null;
  const phase = createPhase({
    ...shared,
    requestPlan: own.requestPlan,
    asked: own.asked,
    dueNs: own.dueNs,
    onProgress: undefined,
    phase: "tail",
    keepText: false,
    drive(context) {
      const stopped = (): boolean => context.stopped() || now() > endNs;
      // The tail lasts about as long as one answer, so that the connections that are there are enough.
      return scenario.drive({ ...context, stopped, connect: () => undefined }, workload.load, null);
    },
  });
  return {
    start(sentForNs) {
      if (running !== null) return;
      endNs = now() + lastsNs(sentForNs);
      running = phase.run(dueNs === null ? now() : now() - sentForNs);
      running.catch(breakOff);
    },
    done: () => running ?? Promise.resolve(),
  };
}

function lastsNs(sentForNs: number): number {
  return Math.max(LEAST_S * NS_PER_S, sentForNs);
}
