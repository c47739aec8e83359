import { expect, it } from "vitest";
import { holdsWithin } from "../../src/world/holds-within.ts";

/** A clock that only a sleep moves on. */
function madeClock() {
  let atMs = 0;
  return {
    nowNs: () => BigInt(atMs) * 1_000_000n,
    sleep: (ms: number) => Promise.resolve(void (atMs += ms)),
    atMs: () => atMs,
  };
}

it("looks at once, and again until it holds", async () => {
  const clock = madeClock();
  let looks = 0;
  const wait = { withinMs: 1000, everyMs: 100 };
  expect(await holdsWithin(clock, wait, () => Promise.resolve((looks += 1) === 1))).toBe(true);
  expect(clock.atMs()).toBe(0);
  expect(await holdsWithin(clock, wait, () => Promise.resolve((looks += 1) === 4))).toBe(true);
  expect(clock.atMs()).toBe(200);
});

it("gives up when the time is over, with a last look at its end", async () => {
  const clock = madeClock();
  let looks = 0;
  const look = (): Promise<boolean> => Promise.resolve((looks += 1) < 0);
  expect(await holdsWithin(clock, { withinMs: 250, everyMs: 100 }, look)).toBe(false);
  expect([clock.atMs(), looks]).toEqual([300, 4]);
});
