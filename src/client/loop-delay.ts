import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ClientHealth } from "../schema/observation.ts";
import { NS_PER_MS } from "./trial-clock.ts";

/** So often the delay is looked at, in ms: often enough that a window of 5 s has 250 values, seldom enough to cost little: a turn of Node's loop each time. */
const EVERY_MS = 20;

/** Starts to watch how late timers fire in this process. Node's histogram counts whole gaps between two, so the gap that was asked for is taken off. */
export function watchLoopDelay(): { stop(): ClientHealth["loopDelayMs"] } {
  const histogram = monitorEventLoopDelay({ resolution: EVERY_MS });
  histogram.enable();
  const delayMs = (gapNs: number): number => Math.max(0, gapNs / NS_PER_MS - EVERY_MS);
  return {
    stop() {
      histogram.disable();
      if (histogram.count === 0) return null;
      const [p50, p99] = [histogram.percentile(50), histogram.percentile(99)];
      return { p50: delayMs(p50), p99: delayMs(p99), max: delayMs(histogram.max) };
    },
  };
}
