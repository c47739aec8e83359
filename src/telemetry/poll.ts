import type { Clock } from "../world/world.ts";
import type { RunningSampler } from "./samplers/sampler.ts";
import { createSeriesColumns, type SeriesColumns } from "./series-columns.ts";

/** Does it now and at an interval (ms) that is counted from end to start, until it is stopped; once more at the stop. */
export function poll(clock: Clock, intervalMs: number, action: () => Promise<void>): { stop(): Promise<void> } {
  const ended = new AbortController();
  const polling = (async () => {
    await action();
    while (!ended.signal.aborted) {
      await clock.sleep(intervalMs, ended.signal);
      if (!ended.signal.aborted) await action();
    }
  })();
  polling.catch(() => undefined); // told to whom stops it
  return {
    async stop() {
      if (ended.signal.aborted) return polling;
      ended.abort();
      await polling;
      await action();
    },
  };
}

/** A sampler that adds to series now, at an interval (ms), and once more at its stop. */
export function pollSeries(
  clock: Clock,
  intervalMs: number,
  read: (columns: SeriesColumns) => Promise<void>,
): RunningSampler {
  const columns = createSeriesColumns();
  const polling = poll(clock, intervalMs, () => read(columns));
  return {
    missing: null,
    async stop(originNs) {
      await polling.stop();
      return columns.finish(originNs);
    },
  };
}
