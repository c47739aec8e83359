import { describe, expect, it } from "vitest";
import { ratioAxis } from "../../../../src/report/writers/html/axis.ts";
import type { ForestRow } from "../../../../src/report/forest.ts";

const row = (lower: number, upper: number): ForestRow =>
  ({ own: { ratio: Math.sqrt(lower * upper), interval: { lower, upper } }, soFar: null }) as ForestRow;

describe("ratioAxis", () => {
  const axis = ratioAxis({ rows: [row(0.8, 0.9), row(1.05, 1.3)], margin: 0.02 });

  it("puts equal ratios up and down equally far from no change", () => {
    const [up, none, down] = [1.25, 1, 1 / 1.25].map((ratio) => axis.at(ratio).place);
    expect(up! - none!).toBeCloseTo(none! - down!, 6);
  });

  it("always has 0 and the band, and keeps ticks apart", () => {
    expect(axis.ticks.map(({ change }) => change)).toContain(0);
    expect(axis.band.from).toBeLessThan(axis.at(1).place);
    expect(axis.band.to).toBeGreaterThan(axis.at(1).place);
    const places = axis.ticks.map(({ place }) => place);
    for (const [index, place] of places.slice(1).entries()) expect(place - places[index]!).toBeGreaterThanOrEqual(7);
  });

  it("says what lies beyond its ends", () => {
    expect(axis.at(20)).toEqual({ place: 97, beyond: "high" });
    expect(axis.at(0.01)).toEqual({ place: 3, beyond: "low" });
    expect(axis.at(0)).toEqual({ place: 3, beyond: "low" });
    expect(axis.at(1.1).beyond).toBeNull();
  });

  it("stands without a row", () => {
    expect(ratioAxis({ rows: [], margin: 0.02 }).ticks.map(({ change }) => change)).toContain(0);
  });
});
