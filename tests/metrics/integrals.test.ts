import { describe, expect, it } from "vitest";
import { growth, integrate } from "../../src/metrics/integrals.ts";

/** Readings every so many seconds, from this second on. */
function every(stepS: number, value: (number | null)[], fromS = 0) {
  return { atNs: value.map((_, index) => (fromS + index * stepS) * 1e9), value };
}
const window = (startS: number, endS: number) => ({ startNs: startS * 1e9, endNs: endS * 1e9 });

describe("power over a window", () => {
  it("is the trapezoid, by hand: 100 W to 300 W in a second, and on to 200 W", () => {
    const readings = every(1, [100, 300, 200]);
    expect(integrate(readings, window(0, 2)).value).toBeCloseTo(200 + 250, 9);
    expect(integrate(readings, window(0, 1)).value).toBeCloseTo(200, 9);
  });

  it("is of exactly the window, interpolated at its ends", () => {
    const readings = every(1, [100, 300, 200, 0], -1);
    // From half of the first second to a quarter of the third: (200+300)/2 × 0.5, 250, (200+150)/2 × 0.25.
    expect(integrate(readings, window(-0.5, 1.25)).value).toBeCloseTo(125 + 250 + 43.75, 9);
    // Within one interval.
    expect(integrate(readings, window(0.2, 0.6)).value).toBeCloseTo(((280 + 240) / 2) * 0.4, 9);
  });

  it("is that of hours of readings", () => {
    const hours = every(
      0.1,
      Array.from({ length: 150_000 }, () => 100),
    );
    expect(integrate(hours, window(0, 14_999)).value).toBeCloseTo(1_499_900, 3);
  });

  it("is unknown without a reading on each side", () => {
    const readings = every(0.1, [1, 1, 1, 1]);
    expect(integrate(readings, window(-0.05, 0.2)).why).toMatch(/not read from before/);
    expect(integrate(readings, window(0.05, 0.5)).value).toBeNull();
    expect(integrate(every(0.1, []), window(0, 1)).value).toBeNull();
  });

  it("is unknown where readings are missing: for over a second, or five of the usual intervals", () => {
    const seconds = every(0.5, [1, 1, null, null, 1, 1, 1]);
    expect(integrate(seconds, window(0, 3)).why).toMatch(/not read for 1\.50 s: no gap may be over 1\.00 s/);
    expect(integrate(every(0.5, [1, 1, null, 1, 1, 1, 1]), window(0, 3)).value).toBeCloseTo(3, 9);
    const tenths = [...Array.from({ length: 20 }, () => 1), null, null, null, null, null, 1, 1];
    expect(integrate(every(0.1, tenths), window(0, 2.5)).why).toMatch(
      /not read for 0\.60 s: no gap may be over 0\.50 s/,
    );
    expect(integrate(every(0.1, tenths), window(0, 1.8)).value).toBeCloseTo(1.8, 9);
  });
});

describe("a counter over a window", () => {
  it("is its growth, interpolated at the ends", () => {
    const readings = every(1, [0, 10, 30, 60, 100, 150, 210], -1);
    expect(
      growth(
        every(
          0.1,
          Array.from({ length: 100 }, (_, index) => index * 2),
        ),
        window(1.05, 8.95),
      ).value,
    ).toBeCloseTo(158, 6);
    expect(growth(readings, window(0.5, 4.5)).why).toMatch(/every 1\.00 s .* it must every 0\.16 s/);
  });

  it("counts from where it changed, not from where it was asked", () => {
    // Renewed every second, asked every tenth: 100 J a second.
    const stairs = every(
      0.1,
      Array.from({ length: 421 }, (_, index) => 100 * Math.floor(index / 10 + 1e-9)),
    );
    expect(growth(stairs, window(2.5, 40.5)).value).toBeCloseTo(3800, 6);
  });

  it("is unknown where it fell, and where it was not seen to change", () => {
    expect(growth(every(0.1, [5, 6, 7, 1, 2, 3]), window(0.15, 0.45)).why).toMatch(/fell/);
    expect(growth(every(0.1, [5, 5, 5, 5, 5, 5]), window(0.15, 0.45)).why).toMatch(/not seen to change/);
  });
});
