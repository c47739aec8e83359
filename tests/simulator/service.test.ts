import { afterEach, expect, it, vi } from "vitest";
import { parseFaults } from "../../src/simulator/faults.ts";
import { Service } from "../../src/simulator/service.ts";
import { speechOf } from "../../src/simulator/tokens.ts";
import { configured, uniquePrompt } from "./virtual-load.ts";

afterEach(() => void vi.restoreAllMocks());

it("sleeps no longer than what is left over a margin that a late timer does not use up", () => {
  const faults = parseFaults(undefined);
  if (!faults.ok) throw new Error(faults.message);
  let nowMs = 1000;
  const sleeps: number[] = [];
  let polls = 0;
  vi.spyOn(globalThis, "setTimeout").mockImplementation((_, ms) => {
    sleeps.push(ms ?? 0);
    return undefined as unknown as NodeJS.Timeout;
  });
  vi.spyOn(globalThis, "setImmediate").mockImplementation(() => {
    polls += 1;
    return undefined as unknown as NodeJS.Immediate;
  });
  const service = new Service({
    configuration: configured(),
    faults: faults.faults,
    time: { nowMs: () => nowMs, unixOriginMs: 0 },
    speed: 1,
    onDeath: () => {},
  });
  const promptIds = uniquePrompt(1, 64);
  const speech = speechOf({ ids: promptIds, pieces: null }, 128_256, 0);
  const submit = (id: string): void => {
    const generation = { id, promptIds, speech, outputTokens: 4, finish: "length" as const, maxTokens: 4 };
    service.submit(generation, { tokens: () => {}, over: () => {}, dead: () => {} });
  };
  submit("first");
  // The step is under way; each newcomer has the service look at what is left of it.
  nowMs += (service.engine.nextS ?? 0) * 1000;
  submit("second");
  const dueMs = 1000 + service.engine.nextS! * 1000;
  for (const leftMs of [5.9, 4, 3.25, 2.3, 2.1, 1.1, 0.2]) {
    nowMs = dueMs - leftMs;
    sleeps.length = 0;
    polls = 0;
    submit(`at ${leftMs}`);
    // It fires up to a millisecond late.
    if (leftMs >= 2.2) expect(sleeps[0]! + 1).toBeLessThan(leftMs);
    else expect({ sleeps, polls }).toEqual({ sleeps: [], polls: 1 });
  }
  service.stop();
});
