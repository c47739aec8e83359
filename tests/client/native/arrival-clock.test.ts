import { describe, expect, it } from "vitest";
import { ArrivalClock } from "../../../src/client/native/arrival-clock.ts";
import { nativeBytes } from "../../../src/client/native/libc.ts";
import { libc } from "../../support/libc.ts";

describe.skipIf(libc === null)("the clock of arrivals", () => {
  const stamp = nativeBytes(16);
  const stampAt = (seconds: bigint, nanoseconds: bigint): void => {
    stamp.bytes.writeBigInt64LE(seconds, 0);
    stamp.bytes.writeBigInt64LE(nanoseconds, 8);
  };
  const newClock = (now = (): number => 5): { clock: ArrivalClock; seconds: bigint; nanoseconds: bigint } => {
    const clock = new ArrivalClock(libc!, now);
    // What the clock was read at lies within a second of this.
    libc!.clock_gettime(0, stamp.address);
    const seconds = stamp.bytes.readBigInt64LE(0);
    const nanoseconds = stamp.bytes.readBigInt64LE(8);
    clock.read();
    return { clock, seconds, nanoseconds };
  };

  it("says how old a stamp is, and that one was made since", () => {
    const { clock, seconds, nanoseconds } = newClock();
    stampAt(seconds, nanoseconds);
    const ageNs = clock.ageNs(stamp.words, 0);
    expect(ageNs).toBeGreaterThanOrEqual(0);
    stampAt(seconds - 2n, nanoseconds);
    expect(clock.ageNs(stamp.words, 0) - ageNs).toBe(2e9);
    stampAt(seconds + 3n, nanoseconds);
    expect(clock.ageNs(stamp.words, 0) - ageNs).toBe(-3e9);
    expect(clock.nowNs).toBe(5);
  });
});
