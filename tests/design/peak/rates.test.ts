import { describe, expect, it } from "vitest";
import { dearestSearches, nextRate, type PeakSearch } from "../../../src/design/peak/rates.ts";
import { peakOf, type RateOutcome } from "../../../src/schema/peak-found.ts";

const search: PeakSearch = { from: 4, to: null, tolerance: 0.05, most: 30 };

/** Tries rates on a server that holds up to `capacity`, until the search is satisfied. */
function tried(capacity: number, changes: Partial<PeakSearch> = {}): RateOutcome[] {
  const outcomes: RateOutcome[] = [];
  for (;;) {
    const rate = nextRate({ ...search, ...changes }, outcomes);
    if (rate === null) return outcomes;
    outcomes.push({ rate, held: rate <= capacity });
  }
}

describe("nextRate", () => {
  it("doubles until a rate breaks, then halves the ratio between the two", () => {
    expect(tried(37).map(({ rate }) => rate)).toEqual([4, 8, 16, 32, 64, 45.3, 38.1, 34.9, 36.5]);
  });

  it.each([0.01, 0.7, 4, 4.1, 37, 5000])("finds a capacity of %d within the tolerance", (capacity) => {
    const peak = peakOf(tried(capacity))!;
    expect(peak).toBeLessThanOrEqual(capacity);
    expect(peak).toBeGreaterThan(capacity / 1.06);
  });

  it("stops at the bound, at the number of tries, and where nothing is left to try", () => {
    expect(tried(1000, { to: 20 }).map(({ rate }) => rate)).toEqual([4, 8, 16, 20]);
    expect(peakOf(tried(1000, { to: 20 }))).toBe(20);
    expect(
      tried(1e6, { to: 2048 })
        .map(({ rate }) => rate)
        .slice(-2),
    ).toEqual([2040, 2048]);
    expect(tried(37, { most: 3 })).toHaveLength(3);
    expect(tried(Infinity, { most: 5 })).toHaveLength(5);
  });

  it("believes what broke where a higher rate held by chance", () => {
    const outcomes = [
      { rate: 4, held: true },
      { rate: 16, held: true },
      { rate: 8, held: false },
    ];
    expect(peakOf(outcomes)).toBe(4);
    expect(nextRate(search, outcomes)).toBe(5.66);
  });

  it("has no peak where nothing held", () => {
    expect(peakOf([])).toBeNull();
    expect(peakOf(tried(0, { most: 6 }))).toBeNull();
    expect(nextRate(search, [{ rate: 4, held: false }])).toBe(2);
  });
});

describe("the searches that can be dearest", () => {
  const sum = (rates: number[]): number => rates.reduce((total, rate) => total + 1 / rate, 0);

  it("end at each doubling of the first rate, and at the tries or the bound", () => {
    const rates = (changes: Partial<PeakSearch>) =>
      dearestSearches({ ...search, tolerance: 0.5, ...changes }).map((one) => one.map(({ rate }) => rate));
    expect(rates({ most: 4 })).toEqual([
      [4, 8, 5.66],
      [4, 8, 16, 11.3],
      [4, 8, 16, 32],
      [4, 8, 16, 32],
    ]);
    expect(rates({ to: 10 })).toEqual([
      [4, 8, 5.66],
      [4, 8, 10],
      [4, 8, 10],
    ]);
    expect(rates({ from: 1.2345, most: 2 })).toEqual([
      [1.23, 2.46],
      [1.23, 2.46],
    ]);
  });

  it("take more tries or lower rates than any other search whose first rate holds", () => {
    const dearest = dearestSearches(search).map((one) => ({
      tries: one.length,
      time: sum(one.map(({ rate }) => rate)),
    }));
    for (let capacity = 4; capacity < 600; capacity *= 1.07) {
      const own = tried(capacity).map(({ rate }) => rate);
      const dearer = dearest.filter(({ tries, time }) => tries >= own.length && time >= sum(own) * 0.995);
      expect(dearer.length, `capacity ${capacity}`).toBeGreaterThan(0);
    }
  });
});
