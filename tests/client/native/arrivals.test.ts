import { describe, expect, it } from "vitest";
import { Arrivals, TIMESTAMPS } from "../../../src/client/native/arrivals.ts";
import { nativeBytes, type Libc } from "../../../src/client/native/libc.ts";
import { libc } from "../../support/libc.ts";

const MS = 1e6;

/** Clocks that a test sets, in ns: the trial's, and the machine's wall clock. */
function clocks() {
  const at = { now: 1e9, wall: 100_000e9 };
  const wallClock = {
    clock_gettime() {
      arrivals["wall"].bytes.writeBigInt64LE(BigInt(Math.floor(at.wall / 1e9)), 0);
      arrivals["wall"].bytes.writeBigInt64LE(BigInt(at.wall % 1e9), 8);
      return 0;
    },
  } as unknown as Libc;
  const control = new Uint32Array(8);
  const arrivals = new Arrivals(wallClock, () => at.now);
  return {
    at,
    arrivals,
    /** Looks at the sockets, this many ms after the last time. */
    look: (afterMs: number, sawAll = true): void => {
      arrivals.beforeWait(sawAll);
      at.now += afterMs * MS;
      at.wall += afterMs * MS;
      arrivals.afterWait();
    },
    /** Reads bytes that the kernel stamped `agoMs` ago on the wall clock; returns when they arrived, in ms before now. */
    read: (agoMs: number, earliestNs = 0): number => {
      const stampNs = at.wall - agoMs * MS;
      control[3] = TIMESTAMPS;
      control.set([Math.floor(stampNs / 1e9), 0, stampNs % 1e9, 0], 4);
      return (at.now - arrivals.atNs(control, 0, true, earliestNs)) / MS;
    },
  };
}

describe.skipIf(libc === null)("times of arrival", () => {
  it("are the kernel's, and may be wrong by the time since the last look", () => {
    const { look, read, arrivals } = clocks();
    look(1);
    look(2);
    expect(read(0.5)).toBe(0.5);
    // It was seen to be empty when the wait before this one began: 3 ms ago.
    const health = arrivals.take()!;
    expect(health.delayMs?.max).toBeCloseTo(0.5, 3);
    expect(health.boundMs?.max).toBeCloseTo(2.5, 2);
    expect(health.clampedShare).toBe(0);
    expect(arrivals.take()).toBeNull();
  });

  it("may be wrong by a whole pause after it", () => {
    const { look, read, arrivals } = clocks();
    look(1);
    look(300);
    read(4);
    expect(arrivals.take()?.boundMs?.max).toBeGreaterThan(295);
    // Not where the socket was read, or asked, in the meantime.
    const other = clocks();
    other.look(1);
    other.look(300);
    other.read(4, other.at.now - 10 * MS);
    expect(other.arrivals.take()?.boundMs?.max).toBeCloseTo(6, 2);
  });

  it("do not rely on a look that may have missed something", () => {
    const { look, read, arrivals } = clocks();
    look(1);
    look(1);
    look(1, false);
    look(1, false);
    read(0);
    expect(arrivals.take()?.boundMs?.max).toBeCloseTo(4, 2);
  });

  it("never lie after now or before the last read or write: those that would are clamped and counted", () => {
    const { at, look, read, arrivals } = clocks();
    look(1);
    look(10);
    // The clock was set back after these bytes were stamped, and forward.
    expect(read(-3_600_000)).toBe(0);
    expect(read(3_600_000, at.now - 4 * MS)).toBe(4);
    expect(read(5, at.now - 4 * MS)).toBe(4);
    for (let fine = 0; fine < 5; fine += 1) expect(read(1, at.now - 4 * MS)).toBe(1);
    expect(arrivals.take()?.clampedShare).toBe(3 / 8);
  });

  it("may be younger than the look that found them, and a few microseconds off", () => {
    const { at, look, read, arrivals } = clocks();
    look(1);
    at.now += 2 * MS;
    at.wall += 2 * MS;
    expect(read(1.5)).toBe(1.5);
    expect(read(0.015, at.now - 0.01 * MS)).toBeCloseTo(0.01, 9);
    expect(arrivals.take()?.clampedShare).toBe(0);
  });

  it("have no bound by a time of another zero", () => {
    const { at, look, read, arrivals } = clocks();
    look(1);
    look(1);
    expect(read(0.2, at.now + 1e9)).toBe(0.2);
    expect(arrivals.take()?.clampedShare).toBe(0);
  });

  it("are those of the reading where the kernel did not say", () => {
    const { at, look, arrivals } = clocks();
    look(1);
    expect(arrivals.atNs(new Uint32Array(8), 0, false, 0)).toBe(at.now);
    expect(arrivals.isStamped).toBe(false);
    expect(arrivals.take()).toBeNull();
  });

  it("are converted between the machine's own clocks to the nanosecond", () => {
    const stamp = nativeBytes(16);
    const arrivals = new Arrivals(libc!, () => 5e9);
    arrivals.afterWait();
    libc!.clock_gettime(0, stamp.address);
    const control = new Uint32Array(8);
    control[3] = TIMESTAMPS;
    const atNs = (seconds: number): number => {
      control.set([stamp.words[0]! + seconds, stamp.words[1]!, stamp.words[2]!, 0], 4);
      return arrivals.atNs(control, 0, true, -Infinity);
    };
    const nowNs = atNs(-1) + 1e9;
    expect(Math.abs(nowNs - 5e9)).toBeLessThan(1e9);
    expect(nowNs - atNs(-3)).toBe(3e9);
  });
});
