import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDeferredWork } from "../../../src/client/drive/deferred-work.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function started(spare: () => boolean = () => false) {
  const done: number[] = [];
  const deferred = createDeferredWork(() => performance.now() * 1e6, spare);
  const add = (from: number, to: number): void => {
    for (let piece = from; piece < to; piece += 1) deferred.add(() => void done.push(piece));
  };
  return { deferred, done, add };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, piece) => piece);

describe("createDeferredWork", () => {
  it("waits for quiet, then does everything in order, a few pieces in a turn", () => {
    const { done, add } = started();
    add(0, 10);
    vi.advanceTimersByTime(4);
    add(10, 12);
    vi.advanceTimersByTime(4);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.advanceTimersToNextTimer();
    expect(done).toEqual(upTo(8));
    vi.runAllTimers();
    expect(done).toEqual(upTo(12));
  });

  it("does not wait for ever where it never is quiet", () => {
    const { done, add } = started();
    for (let ms = 0; ms < 40; ms += 2) {
      add(ms / 2, ms / 2 + 1);
      vi.advanceTimersByTime(2);
    }
    expect(done.length).toBeGreaterThan(8);
    expect(done).toEqual(upTo(done.length));
  });

  it("puts off no more than a thousand pieces", () => {
    const { done, add } = started();
    add(0, 1024);
    vi.advanceTimersByTime(1);
    expect(done.length).toBeGreaterThan(0);
    vi.runAllTimers();
    expect(done).toEqual(upTo(1024));
  });

  it("keeps up with a load that never pauses", () => {
    const { deferred, done } = started();
    let mostWaiting = 0;
    for (let turn = 0; turn < 500; turn += 1) {
      for (let piece = 0; piece < 100; piece += 1) {
        deferred.add(() => void done.push(turn));
      }
      vi.advanceTimersToNextTimer();
      mostWaiting = Math.max(mostWaiting, (turn + 1) * 100 - done.length);
    }
    // A hundred are added in each turn, and a thirty-second part of what waits is done.
    expect(mostWaiting).toBeLessThanOrEqual(3300);
    deferred.finish();
    expect(done).toHaveLength(50_000);
  });

  it("asks for spare work from the start and whenever the rest is done, until there is none", () => {
    let spares = 3;
    let asked = 0;
    const { add } = started(() => {
      asked += 1;
      spares = Math.max(0, spares - 1);
      return spares > 0;
    });
    vi.runAllTimers();
    expect(asked).toBe(3);
    spares = 2;
    add(0, 1);
    vi.runAllTimers();
    expect(asked).toBe(5);
  });

  it("does what is left at once when it is told to finish, and nothing after that", () => {
    let asked = 0;
    const { deferred, done, add } = started(() => {
      asked += 1;
      return false;
    });
    add(0, 9);
    vi.advanceTimersByTime(5);
    vi.advanceTimersToNextTimer();
    expect(done).toEqual(upTo(8));
    deferred.finish();
    expect(done).toEqual(upTo(9));
    vi.runAllTimers();
    expect(asked).toBe(0);
    expect(done).toEqual(upTo(9));
  });
});
