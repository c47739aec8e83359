import type { Clock } from "../world/world.ts";

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
  return {
    async stop() {
      if (ended.signal.aborted) return polling;
      ended.abort();
      await polling;
      await action();
    },
  };
}
