import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { longest, watchLoopDelay } from "../../src/client/loop-delay.ts";

const now = (): number => Math.round(performance.now() * 1e6);

describe("the watch of the event loop", () => {
  it("sees that it was held up, by how much at least, and when", async () => {
    const watch = watchLoopDelay({ now });
    await wait(50);
    const startNs = now();
    const untilMs = performance.now() + 250;
    while (performance.now() < untilMs);
    const endNs = now();
    await wait(50);
    const { loopDelayMs: delay, pauses } = watch.stop();
    // Less the 20 ms between two looks and the grain of the histogram.
    expect(delay?.max).toBeGreaterThan(220);
    expect(delay!.p50).toBeLessThanOrEqual(delay!.p99);
    expect(delay!.p99).toBeLessThanOrEqual(delay!.max);
    const pause = pauses.find((one) => one.startNs < endNs && one.endNs > startNs)!;
    expect(pause.endNs - pause.startNs).toBeGreaterThan(220e6);
    expect(Math.abs(pause.startNs - startNs)).toBeLessThan(60e6);
    expect(pause.endNs).toBeGreaterThanOrEqual(endNs);
  });

  it("sees a pause that nothing comes after", () => {
    const watch = watchLoopDelay({ now });
    const untilMs = performance.now() + 100;
    while (performance.now() < untilMs);
    expect(watch.stop().pauses).toHaveLength(1);
  });

  it("knows nothing where it had no time to look", () => {
    expect(watchLoopDelay({ now }).stop()).toEqual({ loopDelayMs: null, pauses: [], clockSetMs: 0 });
  });

  it("sees that the machine's clock was set, and does not mistake a slow reading for it", async () => {
    let aheadMs = 1000;
    let slowMs = 0;
    const wallMs = (): number => Math.floor(performance.now() + aheadMs + (slowMs += 0));
    const watch = watchLoopDelay({ now, wallMs });
    await wait(60);
    aheadMs -= 250;
    await wait(60);
    expect(watch.stop().clockSetMs).toBeCloseTo(-250, -1);
    const steady = watchLoopDelay({ now });
    await wait(100);
    expect(steady.stop().clockSetMs).toBe(0);
    // Between the two readings the thread lost its core: nothing is known of that moment.
    let calls = 0;
    const monotonicMs = (): number => performance.now() + (slowMs = calls++ > 4 && calls % 2 === 1 ? 30 : 0);
    const late = watchLoopDelay({ now, monotonicMs, wallMs: () => performance.now() + slowMs });
    await wait(100);
    expect(late.stop().clockSetMs).toBe(0);
  });
});

it("keeps the longest pauses, in order of time", () => {
  const pauses = Array.from({ length: 600 }, (_, place) => ({
    startNs: place * 1e9,
    endNs: place * 1e9 + place * 1e6,
  }));
  expect(longest(pauses)).toEqual(pauses.slice(344));
});
