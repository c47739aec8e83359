import { describe, expect, it } from "vitest";
import { ReadPause } from "../../../src/client/native/read-pause.ts";

const MS = 1e6;

function pauseAfter(gapsMs: (place: number) => number, requestMs: number): number {
  const pause = new ReadPause();
  for (let place = 0; place < 20_000; place += 1) pause.sawGap(gapsMs(place) * MS, 0);
  pause.sawRequest(requestMs * MS);
  return pause.us();
}

describe("the pause between reads", () => {
  it("is 0.3 of an even gap, and three milliseconds at most", () => {
    expect(pauseAfter(() => 5, 1300)).toBeGreaterThan(1200);
    expect(pauseAfter(() => 5, 1300)).toBeLessThanOrEqual(1530);
    expect(pauseAfter(() => 100, 30_000)).toBe(3000);
  });

  it("is none where tokens come fast, or some of them close behind another", () => {
    expect(pauseAfter(() => 0.3, 1300)).toBe(0);
    expect(pauseAfter((place) => (place % 4 === 0 ? 40 : 0.3), 1300)).toBe(0);
    expect(pauseAfter((place) => (place % 10 === 0 ? 0.3 : 20), 1300)).toBe(0);
  });

  it("is at most a five-hundredth of what a request takes, or has taken before one ended", () => {
    expect(pauseAfter(() => 20, 500)).toBe(1000);
    expect(pauseAfter(() => 20, 40)).toBe(0);
    const pause = new ReadPause();
    for (let place = 0; place < 20_000; place += 1) pause.sawGap(20 * MS, 0);
    expect(pause.us()).toBe(0);
    pause.sawGap(20 * MS, 400 * MS);
    expect(pause.us()).toBe(800);
    pause.sawRequest(100 * MS);
    expect(pause.us()).toBe(200);
  });

  it("is none where times are not the kernel's", () => {
    const pause = new ReadPause();
    for (let place = 0; place < 20_000; place += 1) pause.sawGap(20 * MS, 0);
    pause.sawRequest(2000 * MS);
    expect(pause.us()).toBeGreaterThan(900);
    pause.sawNoStamp();
    expect(pause.us()).toBe(0);
  });

  it("begins with none, and follows what it sees", () => {
    const pause = new ReadPause();
    pause.sawRequest(2000 * MS);
    for (let place = 0; place < 100; place += 1) pause.sawGap(20 * MS, 0);
    expect(pause.us()).toBe(0);
    for (let place = 0; place < 1000; place += 1) pause.sawGap(20 * MS, 0);
    expect(pause.us()).toBeGreaterThan(900);
    for (let place = 0; place < 20_000; place += 1) pause.sawGap(0.3 * MS, 0);
    expect(pause.us()).toBe(0);
  });
});
