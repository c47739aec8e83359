import { describe, expect, it } from "vitest";
import { generateQueries } from "../../../src/math/loadgen/queries.ts";
import { runSettings } from "../../../src/math/loadgen/run-settings.ts";
import { effectiveCounts } from "../../../src/math/loadgen/settings.ts";
import { someRuleset } from "../../support/rulesets.ts";

const smaller = (changes: Parameters<typeof someRuleset>[0], samples: number) =>
  runSettings(someRuleset({ equalIssue: true, ...changes }), { mode: "performance", targetQps: 10, samples });

describe("settings of a run", () => {
  it("are the ruleset's, and nothing that LoadGen does not know", () => {
    const settings = runSettings(someRuleset(), { mode: "performance", targetQps: 10, samples: null });
    expect(settings).toMatchObject({ minDurationMs: 1000, minQueryCount: 10, librarySamples: 20, targetQps: 10 });
    expect(settings).not.toHaveProperty("rulesetId");
    expect(settings).not.toHaveProperty("limits");
  });

  it("of a smaller run ask for so many of the first samples, each once", () => {
    const [queries] = generateQueries(smaller({}, 7));
    expect([...(queries?.samples ?? [])].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(queries?.queries).toBe(7);
  });

  it("keep the beginning of the ruleset's own schedule", () => {
    const whole = runSettings(someRuleset(), { mode: "performance", targetQps: 10, samples: null });
    const [all] = generateQueries(whole);
    const [few] = generateQueries(smaller({}, 7));
    expect([...(few?.scheduledNs ?? [])]).toEqual([...(all?.scheduledNs.slice(0, 7) ?? [])]);
    expect(few?.scheduledNs[6]).toBeGreaterThan(0);
  });

  it("go over a small library in whole passes", () => {
    expect(generateQueries(smaller({}, 30))[0]?.queries).toBe(40);
    expect(generateQueries(smaller({ scenario: "Offline" }, 30))[0]?.samples).toHaveLength(40);
  });

  it("of a stream ask for so many queries, and for no pass more", () => {
    expect(effectiveCounts(smaller({ scenario: "SingleStream" }, 7)).minQueryCount).toBe(7);
    expect(effectiveCounts(smaller({ scenario: "MultiStream", samplesPerQuery: 3 }, 7)).minQueryCount).toBe(3);
  });

  it("of an accuracy run take each sample once", () => {
    const settings = runSettings(someRuleset(), { mode: "accuracy", targetQps: 10, samples: null });
    const [queries] = generateQueries(settings);
    expect([...(queries?.samples ?? [])].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 20 }, (_, index) => index),
    );
  });
});
