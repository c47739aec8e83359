import type { ClientHealth } from "../../src/schema/observation.ts";

/** What a client that nothing disturbed says of itself. */
export function clientHealth(changes: Partial<ClientHealth> = {}): ClientHealth {
  return {
    loopDelayMs: { p50: 0.1, p99: 0.8, max: 2.5 },
    cpuShare: 0.1,
    readDelayMs: null,
    backlogBytesMax: 4096,
    stamps: null,
    pauses: [],
    clockSetMs: 0,
    ...changes,
  };
}
