import { describe, expect, it } from "vitest";
import { createTrialClock } from "../../src/client/trial-clock.ts";

/** Both clocks of a machine that is stepped by hand; each reading takes `costNs`. */
function machine(costNs = 0) {
  let atNs = 5_000_000_000n;
  const tick = (): bigint => (atNs += BigInt(costNs));
  return {
    step: (ns: bigint) => void (atNs += ns),
    nowNs: () => tick(),
    fastMs: () => Number(tick()) / 1e6 - 1234,
    at: () => atNs,
  };
}

describe("createTrialClock", () => {
  it("counts whole nanoseconds from its zero, which it knows on the machine's own clock", () => {
    const { nowNs, fastMs, step } = machine();
    const clock = createTrialClock(nowNs, fastMs);
    expect(clock.machineNs(0)).toBe(5_000_000_000n);
    expect(clock.now()).toBe(0);
    step(1_234_567_891n);
    expect(clock.now()).toBe(1_234_567_891);
  });

  it("knows the moments of the machine's own clock, which other processes have too", () => {
    const { nowNs, fastMs } = machine();
    const clock = createTrialClock(nowNs, fastMs);
    expect(clock.at(5_900_000_000n)).toBe(900_000_000);
    expect(clock.machineNs(900_000_000)).toBe(5_900_000_000n);
  });

  it("lays the two clocks side by side within half of what a reading takes", () => {
    const { nowNs, fastMs, at } = machine(1000);
    const clock = createTrialClock(nowNs, fastMs);
    expect(Math.abs(clock.now() - Number(at() - clock.machineNs(0)))).toBeLessThanOrEqual(1000);
  });

  it("goes with the real clocks", () => {
    const clock = createTrialClock(() => process.hrtime.bigint());
    const before = Number(process.hrtime.bigint() - clock.machineNs(0));
    const now = clock.now();
    const after = Number(process.hrtime.bigint() - clock.machineNs(0));
    expect(Number.isInteger(now)).toBe(true);
    // Laid side by side within a reading, so that what was read between is between, give or take that.
    expect(now).toBeGreaterThan(before - 100_000);
    expect(now).toBeLessThan(after + 100_000);
  });
});
