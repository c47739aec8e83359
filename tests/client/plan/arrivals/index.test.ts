import { describe, expect, it } from "vitest";
import { makeSchedule } from "../../../../src/client/plan/arrivals/index.ts";
import { mean, variance } from "../../../../src/math/statistics.ts";
import type { ArrivalDeclaration } from "../../../../src/schema/workload.ts";

const S = 1e9;
const COUNT = 10_000;
const RATE = 50;

function schedule(
  declaration: ArrivalDeclaration,
  changes: { count?: number; rate?: number | null; seed?: number; traceS?: Float64Array | null } = {},
): Float64Array {
  const made = makeSchedule(declaration, { count: COUNT, rate: RATE, seed: 1, traceS: null, ...changes });
  if (!made.ok) throw new Error(made.problem.message);
  return made.value;
}

/** Seconds between arrivals, the first after the start. */
function gapsS(due: Float64Array): number[] {
  return Array.from(due, (atNs, place) => (atNs - (place === 0 ? 0 : due[place - 1]!)) / S);
}

function variation(gaps: readonly number[]): number {
  return Math.sqrt(variance(gaps) ?? NaN) / (mean(gaps) ?? NaN);
}

/** Kolmogorov's distance times √n; above 1.95 in one of 1000 honest samples. */
function kolmogorov(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const n = sorted.length;
  const distances = sorted.map((value, place) => Math.max((place + 1) / n - cdf(value), cdf(value) - place / n));
  return Math.max(...distances) * Math.sqrt(n);
}

/** Arrivals in each of so many seconds. */
function perSecond(due: Float64Array, seconds: number): number[] {
  const counts = Array.from({ length: seconds }, () => 0);
  for (const atNs of due) {
    const second = Math.floor(atNs / S);
    if (second < seconds) counts[second]! += 1;
  }
  return counts;
}

const declarations: ArrivalDeclaration[] = [
  { kind: "constant" },
  { kind: "poisson" },
  { kind: "gamma", burstiness: 0.25 },
  { kind: "ramp", to: 100, seconds: 20 },
  { kind: "steps", steps: [{ rate: 5, seconds: 2 }] },
];

describe.each(declarations)("$kind", (declaration) => {
  it("is whole nanoseconds in ascending order, the same for a seed", () => {
    const due = schedule(declaration);
    expect(due).toHaveLength(COUNT);
    expect(due.every(Number.isInteger)).toBe(true);
    expect(due).toEqual(due.toSorted());
    expect(due[0]).toBeGreaterThanOrEqual(0);
    expect(schedule(declaration)).toEqual(due);
  });

  it("begins as a shorter one does", () => {
    expect(schedule(declaration, { count: 100 })).toEqual(schedule(declaration).slice(0, 100));
  });
});

describe("constant", () => {
  it("is evenly spaced from the start on, without a rounding that adds up", () => {
    const due = schedule({ kind: "constant" }, { rate: 3 });
    expect(due.slice(0, 4)).toEqual(Float64Array.of(0, 333_333_333, 666_666_667, S));
    expect(due[9999]).toBe(3333 * S);
  });
});

describe("poisson", () => {
  it.each([1, 2, 3, 20260101])("has exponential gaps: seed %i", (seed) => {
    const gaps = gapsS(schedule({ kind: "poisson" }, { seed }));
    expect(kolmogorov(gaps, (x) => 1 - Math.exp(-RATE * x))).toBeLessThan(1.95);
    expect(Math.abs(variation(gaps) - 1)).toBeLessThan(0.05);
  });

  it("ends where chance says: over seeds the ends spread as a sum of gaps does", () => {
    const ends = Array.from({ length: 400 }, (_, seed) => schedule({ kind: "poisson" }, { seed, count: 100 })[99]! / S);
    expect(mean(ends)).toBeCloseTo(100 / RATE, 1);
    // √100 ÷ rate, within a tenth: a schedule that is scaled to its end has no spread.
    expect(Math.sqrt(variance(ends) ?? 0) * RATE).toBeGreaterThan(9);
    expect(Math.sqrt(variance(ends) ?? 0) * RATE).toBeLessThan(11);
  });

  it("differs between seeds", () => {
    expect(schedule({ kind: "poisson" }, { seed: 2 })).not.toEqual(schedule({ kind: "poisson" }, { seed: 3 }));
  });
});

describe("gamma", () => {
  it.each([0.25, 0.5, 4])("has gaps of the rate's mean that vary by 1 / √burstiness: %d", (burstiness) => {
    const gaps = gapsS(schedule({ kind: "gamma", burstiness }));
    const expected = 1 / Math.sqrt(burstiness);
    expect(Math.abs(variation(gaps) / expected - 1)).toBeLessThan(0.05);
    // Three standard errors of the mean.
    expect(Math.abs((mean(gaps) ?? 0) * RATE - 1)).toBeLessThan((3 * expected) / Math.sqrt(COUNT));
  });

  it("is exponential at 1", () => {
    const gaps = gapsS(schedule({ kind: "gamma", burstiness: 1 }));
    expect(kolmogorov(gaps, (x) => 1 - Math.exp(-RATE * x))).toBeLessThan(1.95);
  });
});

describe("ramp", () => {
  it("sends what the straight line asks for in each second, then holds", () => {
    const counts = perSecond(schedule({ kind: "ramp", to: 110, seconds: 10 }, { rate: 10 }), 15);
    // The mean rate of second n is 10 + 10·(n + 0.5); the count is that or a neighbour.
    for (const [second, count] of counts.entries()) {
      const asked = second < 10 ? 10 + 10 * (second + 0.5) : 110;
      expect(Math.abs(count - asked)).toBeLessThanOrEqual(1);
    }
    expect(counts.slice(0, 10).reduce((sum, count) => sum + count, 0)).toBe(600);
  });

  it("goes down as well, and holds a rate that does not change", () => {
    expect(perSecond(schedule({ kind: "ramp", to: 10, seconds: 2 }, { rate: 30 }), 3)).toEqual([25, 15, 10]);
    expect(schedule({ kind: "ramp", to: RATE, seconds: 3 })).toEqual(schedule({ kind: "constant" }));
  });
});

describe("steps", () => {
  it("sends each step's rate, and the last for as long as there are requests", () => {
    const declared = [
      { rate: 10, seconds: 2 },
      { rate: 40, seconds: 1 },
      { rate: 5, seconds: 1 },
    ];
    const due = schedule({ kind: "steps", steps: declared }, { rate: null });
    expect(perSecond(due, 6)).toEqual([10, 10, 40, 5, 5, 5]);
  });
});

describe("trace", () => {
  const declaration = { kind: "trace", path: "t.csv", format: "csv" } as const;

  it("is the recorded times, at the speed asked for, cut to the count", () => {
    const traceS = Float64Array.of(0, 0.5, 2, 2, 7);
    expect([...schedule(declaration, { traceS, count: 4 })]).toEqual([0, S / 2, 2 * S, 2 * S]);
    expect([...schedule({ ...declaration, speed: 2 }, { traceS, count: 3 })]).toEqual([0, S / 4, S]);
  });

  it("throws where nobody read it", () => {
    expect(() => schedule(declaration)).toThrow("t.csv");
    expect(() => schedule(declaration, { traceS: Float64Array.of(0, 1), count: 3 })).toThrow("t.csv");
  });
});

describe("a schedule without a rate", () => {
  it.each(declarations.slice(0, 4))("is a failure that says what to set: $kind", (declaration) => {
    const made = makeSchedule(declaration, { count: 1, rate: null, seed: 1, traceS: null });
    expect(made).toMatchObject({ ok: false, problem: { code: "no-rate", hint: expect.stringContaining("load.rate") } });
  });
});
