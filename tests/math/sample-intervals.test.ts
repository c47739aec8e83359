import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../src/math/distributions.ts";
import { quantileInterval, sortedCopy } from "../../src/math/quantile.ts";
import { createRandom, type Random } from "../../src/math/random.ts";
import { sampleIntervals, type SampleFigure } from "../../src/math/sample-intervals.ts";

const sigma = 0.5;

/** A lognormal series whose neighbours' logarithms are correlated by `r`. */
function series(random: Random, n: number, r: number): Float64Array {
  let state = random.normal();
  return Float64Array.from({ length: n }, () => {
    state = r * state + Math.sqrt(1 - r * r) * random.normal();
    return Math.exp(sigma * state);
  });
}

/** What the figure is in the distribution that `series` draws from. */
function truth(figure: SampleFigure): number {
  return figure === "mean" ? Math.exp(sigma ** 2 / 2) : Math.exp(sigma * normalQuantile(figure));
}

/** The share of series whose interval holds the truth, and how the last was found. */
function coverage(figure: SampleFigure, { n, r, repeats }: { n: number; r: number; repeats: number }) {
  const random = createRandom(`coverage ${n} ${r}`);
  let held = 0;
  let method = "";
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const [interval] = sampleIntervals(series(random, n, r), [figure]);
    const { lower, upper } = interval!;
    if (lower <= truth(figure) && truth(figure) <= upper) held += 1;
    ({ method } = interval!);
  }
  return { held: held / repeats, method };
}

describe("sampleIntervals", () => {
  // Of 120 repeats at 95 %, 107 to 119 are held in 99 of 100 cases.
  it.each([["mean"], [0.5], [0.9]] as const)("holds the %s of independent values in 95 of 100 cases", (figure) => {
    const { held, method } = coverage(figure, { n: 320, r: 0, repeats: 120 });
    expect(held).toBeGreaterThan(0.88);
    expect(held).toBeLessThan(1);
    expect(method).toMatch(/^bootstrap of 1000 resamples/);
  });

  it.each([["mean"], [0.5], [0.9]] as const)(
    "nearly holds it for the %s where neighbours are alike, in blocks",
    (figure) => {
      const { held, method } = coverage(figure, { n: 600, r: 0.6, repeats: 100 });
      expect(held).toBeGreaterThan(0.84);
      expect(method).toMatch(/^bootstrap of 1000 resamples, neighbours in blocks of \d+$/);
    },
  );

  it("does not rest a tail on the few values that are in it", () => {
    const { held, method } = coverage(0.99, { n: 1000, r: 0, repeats: 100 });
    expect(held).toBeGreaterThan(0.9);
    expect(method).toMatch(/^order statistics, binomial/);
  });

  it("takes order statistics and batch means of long series, and allows for what neighbours share", () => {
    for (const figure of ["mean", 0.5, 0.99] as const) {
      const { held, method } = coverage(figure, { n: 12_000, r: 0.7, repeats: 60 });
      expect(held).toBeGreaterThan(0.86);
      expect(method).toMatch(
        figure === "mean" ? /^t of 40 batch means$/ : /12000 values in a row worth \d+ independent/,
      );
    }
  });

  it("is the plain binomial interval where the values are independent", () => {
    const values = series(createRandom("plain"), 12_000, 0);
    const { lower, upper } = quantileInterval(values.length, 0.9)!;
    const sorted = sortedCopy(values);
    expect(sampleIntervals(values, [0.9])).toEqual([
      { lower: sorted[lower], upper: sorted[upper], method: "order statistics, binomial" },
    ]);
  });

  it("is the same each time, and another for other values", () => {
    const values = series(createRandom("again"), 200, 0.3);
    const other = values.with(7, 3);
    expect(sampleIntervals(values, ["mean", 0.5])).toEqual(sampleIntervals(values, ["mean", 0.5]));
    expect(sampleIntervals(other, ["mean"])).not.toEqual(sampleIntervals(values, ["mean"]));
  });

  it("is a point where nothing varies, and nothing of one value", () => {
    const [flat] = sampleIntervals(new Float64Array(100).fill(2), [0.5]);
    expect(flat).toMatchObject({ lower: 2, upper: 2 });
    expect(sampleIntervals(Float64Array.of(1), ["mean", 0.5])).toEqual([null, null]);
  });
});
