import { describe, expect, it } from "vitest";
import { ratioEnds, ratioTicks } from "../../src/report/ratio-axis.ts";

describe("a log-ratio axis", () => {
  it("covers the intervals, 1, and twice what matters", () => {
    const { lower, upper } = ratioEnds([{ ratio: 1.2, interval: { lower: 1.1, upper: 1.3 } }], 0.02);
    expect(lower).toBeLessThan(1 / 1.02 ** 2);
    expect(upper).toBeGreaterThan(1.3);
    expect(upper).toBeLessThan(1.35);
    expect(ratioEnds([], 0.02).upper).toBeCloseTo(1.02 ** 2 * Math.exp(0.04 * 4 * Math.log(1.02)), 10);
    expect(ratioEnds([{ ratio: 0, interval: null }], 0.02)).toEqual(ratioEnds([], 0.02));
  });

  it("has ticks at round changes, 0 among them, which stay apart", () => {
    expect(ratioTicks({ lower: 0.75, upper: 1.6 }, 0.07)).toEqual([-20, -10, 0, 10, 20, 30, 50]);
    expect(ratioTicks({ lower: 0.95, upper: 1.05 }, 0.07)).toEqual([-5, -2, -1, 0, 1, 2, 5]);
  });
});
