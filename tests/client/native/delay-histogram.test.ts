import { describe, expect, it } from "vitest";
import { DelayHistogram } from "../../../src/client/native/delay-histogram.ts";

describe("a histogram of delays", () => {
  it("tells percentiles to within 4.4 %, and the largest as it was", () => {
    const delays = new DelayHistogram();
    for (let place = 1; place <= 1000; place += 1) delays.add(place * 1000);
    const { p50, p99, max } = delays.take()!;
    expect(p50 / 0.5).toBeGreaterThanOrEqual(1);
    expect(p50 / 0.5).toBeLessThan(1.045);
    expect(p99 / 0.99).toBeGreaterThanOrEqual(1);
    expect(p99 / 0.99).toBeLessThan(1.045);
    expect(max).toBe(1);
  });

  it("takes none and the absurd, and starts anew when it was read", () => {
    const delays = new DelayHistogram();
    expect(delays.take()).toBeNull();
    delays.add(0);
    delays.add(1e17);
    const { p50, max } = delays.take()!;
    expect(p50).toBeLessThan(1e-6);
    expect(max).toBe(1e11);
    expect(delays.take()).toBeNull();
  });
});
