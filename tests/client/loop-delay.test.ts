import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { watchLoopDelay } from "../../src/client/loop-delay.ts";

it("sees that the event loop was held up, and by how much at least", async () => {
  const watch = watchLoopDelay();
  await wait(50);
  const untilMs = performance.now() + 250;
  while (performance.now() < untilMs);
  await wait(50);
  const delay = watch.stop();
  // Less the 20 ms between two looks and the grain of the histogram.
  expect(delay?.max).toBeGreaterThan(220);
  expect(delay!.p50).toBeLessThanOrEqual(delay!.p99);
  expect(delay!.p99).toBeLessThanOrEqual(delay!.max);
});

it("knows nothing where it had no time to look", () => {
  expect(watchLoopDelay().stop()).toBeNull();
});
