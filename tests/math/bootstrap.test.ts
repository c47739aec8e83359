import { describe, expect, test } from "vitest";
import { bootstrapInterval, lagOneAutocorrelation, movingBlockLength } from "../../src/math/bootstrap.ts";
import { createRandom } from "../../src/math/random.ts";
import { mean } from "../../src/math/statistics.ts";

function series(seed: string, length: number, correlation: number): number[] {
  const random = createRandom(seed);
  const values: number[] = [random.normal()];
  while (values.length < length) {
    values.push(correlation * values.at(-1)! + Math.sqrt(1 - correlation ** 2) * random.normal());
  }
  return values;
}

/** Of 200 series of mean 0, how many intervals of the mean hold it. */
function coverage(correlation: number, blockLength?: number): number {
  let covered = 0;
  for (let run = 0; run < 200; run++) {
    const values = series(`${correlation} ${run}`, 200, correlation);
    const options = { random: createRandom(run), resamples: 300, ...(blockLength ? { blockLength } : {}) };
    const found = bootstrapInterval(values, mean, options)!;
    covered += Number(found.lower <= 0 && found.upper >= 0);
  }
  return covered / 200;
}

describe("bootstrapInterval", () => {
  test("covers the mean of independent values", () => {
    const share = coverage(0);
    expect(share).toBeGreaterThan(0.89);
    expect(share).toBeLessThan(0.99);
  });

  test("covers the mean of autocorrelated values with blocks, and does not without", () => {
    expect(coverage(0.7)).toBeGreaterThan(0.82);
    expect(coverage(0.7, 1)).toBeLessThan(0.7);
  });

  test("is the same for the same seed, and null where there is nothing to resample", () => {
    const values = series("same", 50, 0);
    const twice = [1, 1].map((seed) => bootstrapInterval(values, mean, { random: createRandom(seed) }));
    expect(twice[0]).toEqual(twice[1]);
    expect(bootstrapInterval([1], mean, { random: createRandom(1) })).toBeNull();
    expect(bootstrapInterval([1, 2], () => null, { random: createRandom(1) })).toBeNull();
  });
});

test("blocks are as long as neighbours are alike", () => {
  expect(movingBlockLength(series("white", 400, 0))).toBe(1);
  const [some, much] = [0.5, 0.9].map((correlation) => movingBlockLength(series("red", 400, correlation)));
  expect(some).toBeGreaterThan(4);
  expect(much).toBeGreaterThan(some!);
  expect(much).toBeLessThanOrEqual(100);
  expect(Math.abs(lagOneAutocorrelation(series("red", 4000, 0.5)) - 0.5)).toBeLessThan(0.05);
  expect(lagOneAutocorrelation([1, 1, 1, 1])).toBe(0);
});
