import { describe, expect, it } from "vitest";
import {
  earlyStopping,
  earlyStoppingEstimate,
  fewestWithinLimit,
  mostOverLimit,
} from "../../../src/math/loadgen/early-stopping.ts";

/** n = h_min(t) + t, as LoadGen itself gave it (../shared/reference/mlperf.md §2), t as in the first row. */
const tails = [0, 1, 2, 5, 10, 50, 100];
const table = [
  { p: 0.9, needed: [44, 64, 81, 127, 197, 681, 1246] },
  { p: 0.95, needed: [90, 130, 165, 259, 398, 1372, 2504] },
  { p: 0.97, needed: [152, 219, 277, 433, 667, 2293, 4182] },
  { p: 0.99, needed: [459, 662, 838, 1307, 2010, 6898, 12_571] },
  { p: 0.999, needed: [4603, 6636, 8403, 13_105, 20_140, 69_058, 125_826] },
];

/** The largest t that n tolerates, from the same place. */
const tolerated = [
  { p: 0.99, n: 500, t: 0 },
  { p: 0.99, n: 1000, t: 2 },
  { p: 0.99, n: 2000, t: 9 },
  { p: 0.99, n: 5000, t: 33 },
  { p: 0.99, n: 10_000, t: 77 },
  { p: 0.99, n: 13_368, t: 107 },
  { p: 0.99, n: 26_736, t: 229 },
  { p: 0.99, n: 40_104, t: 354 },
  { p: 0.99, n: 53_472, t: 481 },
  { p: 0.99, n: 270_336, t: 2583 },
  { p: 0.9, n: 1000, t: 78 },
  { p: 0.9, n: 5000, t: 450 },
  { p: 0.9, n: 10_000, t: 930 },
];

describe("early stopping", () => {
  it.each(table)("needs LoadGen's integers at p = $p", ({ p, needed }) => {
    expect(tails.map((t) => fewestWithinLimit(t, p, 0.99) + t)).toEqual(needed);
  });

  it.each(tolerated)("tolerates $t of $n at p = $p", ({ p, n, t }) => {
    expect(mostOverLimit(n, p, 0.99)).toBe(t);
  });

  it("has one boundary: what n tolerates is what needs at most n, for every n", () => {
    for (let n = 1; n <= 3000; n += 7) {
      const most = mostOverLimit(n, 0.99, 0.99);
      if (most === null) expect(fewestWithinLimit(0, 0.99, 0.99)).toBeGreaterThan(n);
      else {
        expect(fewestWithinLimit(most, 0.99, 0.99) + most).toBeLessThanOrEqual(n);
        expect(fewestWithinLimit(most + 1, 0.99, 0.99) + most + 1).toBeGreaterThan(n);
      }
    }
  });

  it("says how many more queries it would take", () => {
    // "Would need to run at least 254 more queries" of LoadGen's own run of 205.
    expect(earlyStopping(205, 0, 0.99, 0.99)).toEqual({
      met: false,
      queries: 205,
      overLimit: 0,
      allowed: null,
      needed: 459,
      more: 254,
    });
    expect(earlyStopping(13_368, 107, 0.99, 0.99)).toMatchObject({ met: true, allowed: 107, more: 0 });
    expect(earlyStopping(13_368, 108, 0.99, 0.99)).toMatchObject({ met: false, allowed: 107 });
  });

  it("estimates the percentile of a stream from its floor on", () => {
    expect(earlyStoppingEstimate(63, 0.9, 0.99)).toEqual({
      met: false,
      queries: 63,
      needed: 64,
      more: 1,
      rank: null,
      discarded: null,
    });
    expect(earlyStoppingEstimate(64, 0.9, 0.99)).toMatchObject({ met: true, rank: 1, discarded: 0 });
    expect(earlyStoppingEstimate(1000, 0.9, 0.99)).toMatchObject({ rank: 78, discarded: 77 });
  });
});
