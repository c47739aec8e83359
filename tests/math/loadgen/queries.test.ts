import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { generateQueries } from "../../../src/math/loadgen/queries.ts";
import type { LoadgenSettings } from "../../../src/math/loadgen/settings.ts";

/** LoadGen 6.0.17's run of `tests/fixtures/loadgen-6.0.17/server`. */
const server: LoadgenSettings = {
  scenario: "Server",
  mode: "performance",
  targetQps: 20,
  minDurationMs: 10_000,
  minQueryCount: 100,
  samplesPerQuery: 1,
  equalIssue: false,
  librarySamples: 1000,
  performanceSamples: 300,
  accuracySamples: 1000,
  performanceSetFrom: "performance_samples",
  offlineSlack: 1.1,
  singleStreamSlack: 2,
  standardLibrary: "libstdc++-11",
  seeds: { qsl: "11111111111111111", sampleIndex: "2222222222222", schedule: "3333333333333333333" },
};

function only(changes: Partial<LoadgenSettings>) {
  const [made, ...others] = generateQueries({ ...server, ...changes });
  if (made === undefined || others.length > 0) throw new Error("one set was expected");
  return made;
}

const digest = (samples: Uint32Array): string =>
  createHash("sha256").update(samples.join(",")).digest("hex").slice(0, 16);

describe("Server", () => {
  it("is LoadGen's own run: counts, nanoseconds and order", () => {
    const made = only({});
    expect([made.queries, made.durationNs]).toEqual([205, 10_022_424_637]);
    expect([...made.samples.subarray(0, 8)]).toEqual([116, 113, 157, 267, 183, 47, 237, 163]);
    expect(made.scheduledNs[0]).toBe(0);
    expect(made.scheduledNs.at(-1)).toBeGreaterThanOrEqual(10e9);
    expect(made.scheduledNs.at(-2)).toBeLessThan(10e9);
  });

  it("goes on to a whole pass with equal issue, and repeats one order, as the published run of Llama 2 70B", () => {
    const seeds = { qsl: "1780908523862526354", sampleIndex: "14771362308971278857", schedule: "18209322760996052031" };
    const sizes = { librarySamples: 24_576, performanceSamples: 24_576, accuracySamples: 24_576 };
    const made = only({ ...sizes, seeds, targetQps: 83.5, minDurationMs: 600_000, equalIssue: true });
    expect([made.queries, made.durationNs]).toEqual([73_728, 878_749_382_839]);
    const [first, second, third] = [0, 1, 2].map((pass) =>
      digest(made.samples.slice(pass * 24_576, (pass + 1) * 24_576)),
    );
    expect([second, third]).toEqual([first, first]);
  });

  it("draws a performance run's samples from the whole library before 6.0.5", () => {
    const old = only({ performanceSetFrom: "library" });
    expect(Math.max(...old.loadedSet)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...only({}).loadedSet)).toBe(299);
  });
});

describe("Offline", () => {
  it("is one query, longer than the shortest duration by its slack", () => {
    const made = only({ scenario: "Offline" });
    expect([made.queries, made.samplesPerQuery, made.samples.length, made.durationNs]).toEqual([
      1, 220, 220, 50_000_000,
    ]);
    expect([...made.samples.subarray(0, 3)]).toEqual([...made.loadedSet.subarray(0, 3)]);
  });

  it("is padded to whole passes with equal issue, each shuffled by itself: 93 a second for 2,400 s become 10 passes", () => {
    const sizes = { librarySamples: 24_576, performanceSamples: 24_576, accuracySamples: 24_576 };
    const made = only({ ...sizes, scenario: "Offline", targetQps: 93, minDurationMs: 2_400_000, equalIssue: true });
    expect(made.samplesPerQuery).toBe(245_760);
    const passes = [0, 1].map((pass) => made.samples.slice(pass * 24_576, (pass + 1) * 24_576));
    for (const pass of passes) expect(new Set(pass).size).toBe(24_576);
    expect(digest(passes[0]!)).not.toBe(digest(passes[1]!));
  });
});

describe("accuracy mode", () => {
  it.each(["Offline", "Server"] as const)("asks every sample once in %s, set by set", (scenario) => {
    const sets = generateQueries({ ...server, scenario, mode: "accuracy" });
    expect(sets.map(({ loadedSet }) => loadedSet.length)).toEqual([300, 300, 300, 100]);
    const asked = sets.flatMap(({ samples }) => [...samples]);
    expect(new Set(asked).size).toBe(1000);
    expect(asked).toHaveLength(1000);
  });
});

describe("streams", () => {
  // Issued by mlcommons-loadgen 6.0.17 of PyPI to a trivial SUT, with these settings; a stream ends before its last query.
  it.each([
    {
      scenario: "SingleStream",
      equalIssue: false,
      targetQps: 1000,
      samplesPerQuery: 1,
      queries: 601,
      issued: 479,
      first: [116, 113, 157, 267, 183, 47, 237, 163],
      order: "f38b6ecc79f66753",
    },
    {
      scenario: "SingleStream",
      equalIssue: true,
      targetQps: 1000,
      samplesPerQuery: 1,
      queries: 900,
      issued: 900,
      first: [278, 181, 221, 87, 158, 29, 44, 238],
      order: "a2142083e5540a18",
    },
    {
      scenario: "MultiStream",
      equalIssue: false,
      targetQps: 500,
      samplesPerQuery: 8,
      queries: 301,
      issued: 2408,
      first: [164, 268, 100, 10, 70, 110, 269, 59],
      order: "f3f33452052cb605",
    },
    {
      scenario: "MultiStream",
      equalIssue: true,
      targetQps: 500,
      samplesPerQuery: 8,
      queries: 307,
      issued: 2456,
      first: [164, 268, 100, 10, 70, 110, 269, 59],
      order: "78966f7fb63dce19",
    },
  ] as const)(
    "$scenario, equal issue $equalIssue, is LoadGen's own run",
    ({ issued, first, order, queries, ...stream }) => {
      const made = only({ ...stream, minDurationMs: 300 });
      expect(made.queries).toBe(queries);
      expect([...made.samples.subarray(0, 8)]).toEqual(first);
      expect(digest(made.samples.slice(0, issued))).toBe(order);
    },
  );

  it("SingleStream with equal issue goes beyond a whole pass to the next: 120,000 become 125,000", () => {
    const sizes = { librarySamples: 5000, performanceSamples: 5000, accuracySamples: 5000 };
    const made = only({ ...sizes, scenario: "SingleStream", targetQps: 100, minDurationMs: 600_000, equalIssue: true });
    expect(made.queries).toBe(125_000);
    expect(made.durationNs).toBe(125_000 * 10_000_000);
    expect(new Set(made.samples.slice(0, 5000)).size).toBe(5000);
  });

  it("MultiStream takes samples that stand beside each other, beyond the end from the beginning", () => {
    const changes = { scenario: "MultiStream", samplesPerQuery: 8, minQueryCount: 662, minDurationMs: 1 } as const;
    const made = only({ ...changes, targetQps: 125 });
    expect(made.queries).toBe(662);
    expect(made.loadedSet).toHaveLength(307);
    expect([...made.loadedSet.subarray(300)]).toEqual([...made.loadedSet.subarray(0, 7)]);
    const places = new Map([...made.loadedSet.subarray(0, 300)].map((sample, place) => [sample, place]));
    for (let query = 0; query < made.queries; query++) {
      const at = [...made.samples.subarray(query * 8, query * 8 + 8)].map((sample) => places.get(sample) ?? NaN);
      expect(at).toEqual(at.map((_, index) => ((at[0] ?? NaN) + index) % 300));
    }
  });
});
