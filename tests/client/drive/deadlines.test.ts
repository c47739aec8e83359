import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDeadlines, type Deadlines, type Due } from "../../../src/client/drive/deadlines.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const now = (): number => performance.now() * 1e6;

function due(deadlines: Deadlines, ms: number, expired: [string, number][], name: string): Due {
  const one: Due = {
    deadlineNs: now() + ms * 1e6,
    expire() {
      deadlines.delete(one);
      expired.push([name, Math.round(now() / 1e6)]);
    },
  };
  deadlines.add(one);
  return one;
}

describe("createDeadlines", () => {
  it("calls each that is still there, in about the millisecond of its own deadline, whichever was added first", () => {
    const startMs = Math.round(now() / 1e6);
    const deadlines = createDeadlines(now);
    const expired: [string, number][] = [];
    due(deadlines, 500, expired, "late");
    const gone = due(deadlines, 50, expired, "gone");
    due(deadlines, 100, expired, "early");
    deadlines.delete(gone);
    vi.advanceTimersByTime(300);
    due(deadlines, 100, expired, "between");
    vi.advanceTimersByTime(10_000);
    expect(expired.map(([name]) => name)).toEqual(["early", "between", "late"]);
    for (const [index, ms] of [100, 400, 500].entries()) {
      expect(expired[index]![1] - startMs).toBeGreaterThanOrEqual(ms);
      expect(expired[index]![1] - startMs).toBeLessThanOrEqual(ms + 1);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it("has one timer for any number, and holds one that was added because another expired", () => {
    const deadlines = createDeadlines(now);
    const expired: [string, number][] = [];
    for (let count = 0; count < 100; count += 1) due(deadlines, 100 + count, expired, String(count));
    expect(vi.getTimerCount()).toBe(1);
    const first: Due = {
      deadlineNs: now() + 1e6,
      expire() {
        deadlines.delete(first);
        due(deadlines, 5, expired, "next");
      },
    };
    deadlines.add(first);
    vi.advanceTimersByTime(20);
    expect(expired.map(([name]) => name)).toEqual(["next"]);
    vi.runAllTimers();
    expect(expired).toHaveLength(101);
  });

  it("waits for one that is further away than a timer goes", () => {
    const deadlines = createDeadlines(now);
    const expired: [string, number][] = [];
    due(deadlines, 2 ** 31 + 5000, expired, "a month");
    vi.advanceTimersByTime(2 ** 31);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(5001);
    expect(expired).toHaveLength(1);
  });

  it("forgets all of them when it is stopped", () => {
    const deadlines = createDeadlines(now);
    const expired: [string, number][] = [];
    due(deadlines, 10, expired, "one");
    deadlines.stop();
    vi.runAllTimers();
    expect(expired).toEqual([]);
  });
});
