import { describe, expect, it } from "vitest";
import { watchSteadiness } from "../../../src/client/drive/steadiness.ts";
import { createRandom } from "../../../src/math/random.ts";
import type { RequestRecord } from "../../../src/schema/observation.ts";
import { observationOf } from "../../support/observations.ts";

const gate = { cv: 0.05, over: 30, longestS: 60 };
const [plain] = observationOf([{ tokensMs: [0, 1] }]).requests;

/** A finished request of 11 tokens that took so many ms each. */
function record(msPerToken: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  const times = { firstTokenNs: 5e6, lastTokenNs: 5e6 + 10e6 * msPerToken, outputTokens: 11, chunks: 11 };
  return { ...plain!, ...times, ...changes };
}

/** How many requests it takes until it is steady; null where it never is. */
function steadyAfter(series: readonly RequestRecord[], changes: Partial<typeof gate> = {}, fewest = 0): number | null {
  const watch = watchSteadiness({ ...gate, ...changes }, fewest);
  for (const [index, one] of series.entries()) {
    watch.saw(one);
    if (watch.isSteady()) return index + 1;
  }
  return null;
}

const constant = (count: number): RequestRecord[] => Array.from({ length: count }, () => record(20));

describe("watchSteadiness", () => {
  it("asks for six blocks of five requests", () => {
    expect(steadyAfter(constant(100))).toBe(30);
    expect(steadyAfter(constant(29))).toBeNull();
    expect(steadyAfter(constant(100), { over: 60 })).toBe(60);
  });

  it("waits for the warm-up's own number of requests, and looks once a block", () => {
    expect(steadyAfter(constant(100), {}, 41)).toBe(45);
  });

  it("lets an engine that is still warming up go on until its first blocks are out of sight", () => {
    // Compilation: the first 20 requests take up to three times as long.
    const settling = Array.from({ length: 200 }, (_, index) => record(20 * (1 + 2 * Math.exp(-index / 8))));
    const after = steadyAfter(settling)!;
    expect(after).toBeGreaterThan(45);
    expect(after).toBeLessThan(70);
  });

  it("is reached by block means of mixed lengths where single requests never would", () => {
    const random = createRandom("mixed");
    // 10 % scatter from request to request: a block of five has 4.5 %.
    const mixed = Array.from({ length: 600 }, () => record(20 * (1 + 0.1 * random.normal())));
    expect(steadyAfter(mixed)).not.toBeNull();
    // 30 %: 13 % in a block of five, 3 % in one of a hundred.
    const rough = Array.from({ length: 600 }, () => record(20 * (1 + 0.3 * random.normal())));
    expect(steadyAfter(rough.slice(0, 200))).toBeNull();
    expect(steadyAfter(rough, { over: 600 })).toBe(600);
  });

  it("is not reached by a load that climbs", () => {
    const climbing = Array.from({ length: 400 }, (_, index) => record(20 * 1.01 ** index));
    expect(steadyAfter(climbing)).toBeNull();
  });

  it("learns nothing from what failed, was cut off or has one token, and takes chunks where nobody counts", () => {
    const nothing = [
      record(20, { error: "HTTP 500" }),
      record(20, { cancelled: true }),
      record(20, { outputTokens: 1 }),
      record(20, { firstTokenNs: null }),
    ];
    const watch = watchSteadiness(gate, 0);
    for (let round = 0; round < 50; round += 1) for (const one of nothing) watch.saw(one);
    expect(watch.isSteady()).toBe(false);
    expect(watch.cv()).toBeNull();
    expect(steadyAfter(Array.from({ length: 40 }, () => record(20, { outputTokens: null })))).toBe(30);
  });

  it("stays steady once it is, and tells the spread that it saw", () => {
    const watch = watchSteadiness(gate, 0);
    for (const one of constant(30)) watch.saw(one);
    expect(watch.cv()).toBe(0);
    for (const one of [1, 50, 3, 80, 2].flatMap((ms) => Array.from({ length: 5 }, () => record(ms)))) watch.saw(one);
    expect(watch.isSteady()).toBe(true);
    expect(watch.cv()).toBe(0);
  });
});
