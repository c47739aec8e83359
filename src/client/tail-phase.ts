import { createPhase } from "./phase.ts";
import { following } from "./schedules.ts";
import { scenarios } from "./scenarios/index.ts";
import { NS_PER_S } from "./trial-clock.ts";
import { tailTraffic } from "./units.ts";
import type { WarmUpPlan } from "./warm-up-phase.ts";

/** What follows goes on for as long as the measured requests were sent, and for so long at least: a request that hangs for longer is none to keep a load up for. */
const LEAST_S = 60;

/** What follows the measured requests. */
export interface Tail {
  /** Starts it: the measured requests are all sent, the first of them that long ago. Does nothing a second time. */
  start(sentForNs: number): void;
  /** Resolves when all of it is over, also where it never began. */
  over(): Promise<void>;
}

/**
 * Requests like the measured ones, which are not scored: they keep the load whole until the last measured one is over.
 * Made now, so that nothing is to be made while answers arrive. Ends with its signal.
 */
export function prepareTail({ options, layout, ownPart, shared, breakOff }: WarmUpPlan): Tail {
  const { workload } = options;
  const { now } = shared;
  const scenario = scenarios[workload.scenario];
  const dueNs = layout.dueNs === null ? null : following(layout.dueNs, lastsNs(layout.dueNs.at(-1) ?? 0));
  const traffic = tailTraffic(options, dueNs?.length);
  const own = ownPart({ ...layout, traffic, fewest: Infinity, shortestS: 0, dueNs });
  let endNs = Infinity;
  let running: Promise<void> | null = null;
  const phase = createPhase({
    ...shared,
    traffic: own.traffic,
    asked: own.asked,
    dueNs: own.dueNs,
    onProgress: undefined,
    phase: "tail",
    keepText: false,
    drive(session) {
      const stopped = (): boolean => session.stopped() || now() > endNs;
      // It lasts as long as one answer: the connections are those that are there.
      return scenario.drive({ ...session, stopped, connect: () => undefined }, workload.load, null);
    },
  });
  return {
    start(sentForNs) {
      if (running !== null) return;
      endNs = now() + lastsNs(sentForNs);
      running = phase.run(dueNs === null ? now() : now() - sentForNs);
      running.catch(breakOff);
    },
    over: () => running ?? Promise.resolve(),
  };
}

function lastsNs(sentForNs: number): number {
  return Math.max(LEAST_S * NS_PER_S, sentForNs);
}
