import { describe, expect, it } from "vitest";
import { caveatsOf } from "../../src/analysis/caveats.ts";
import type { Drift, Effect } from "../../src/schema/effect.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import type { Check } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const noDrift: Drift = { acrossBlocks: null, withinBlock: null, curve: null, withinBlockP: null, singleBlock: null };
const pool = { trials: [], excluded: [], of: 0 };
const caveats = (ratio: number, drift: Partial<Drift>, order = "interleaved"): string[] =>
  caveatsOf({ order }, { ratio, drift: { ...noDrift, ...drift } } as Effect, pool, pool);

describe("what is said beside an effect", () => {
  it("is drift that is larger, and that a single block does not absorb", () => {
    expect(caveats(1.111, { singleBlock: 1.56 })).toEqual([
      "the baseline drifted by +56.0 % within the only block, more than the effect, and no other block absorbs that",
    ]);
    // Blocks absorb what lies between them, and noise alone puts the last block more than a small effect from the first.
    expect(caveats(1.02, { acrossBlocks: 0.9 })).toEqual([]);
    const curved = { curve: 1.04, withinBlock: 1.001 };
    expect(caveats(1.02, { ...curved, withinBlockP: 0.001 })[0]).toContain(
      "all arms differed by +4.0 % between the middle and the ends of blocks",
    );
    expect(caveats(1.02, { ...curved, withinBlockP: 0.3 })).toEqual([]);
    // One p speaks of line and curve: the smaller may well be noise.
    expect(caveats(1.01, { curve: 1.02, withinBlock: 0.95, withinBlockP: 0.001 })[0]).toContain(
      "all arms drifted by -5.0 % within blocks",
    );
    expect(caveats(1.111, { singleBlock: 1.02, acrossBlocks: 1.03, withinBlock: 0.99 })).toEqual([]);
  });

  it("claims of no declared order that blocks or random places absorb its drift", () => {
    expect(caveats(1.02, { acrossBlocks: 0.9, curve: 1, withinBlock: 0.9, withinBlockP: 0.001 }, "declared")).toEqual(
      [],
    );
  });

  it("is a client that could not be judged", () => {
    const check: Check = {
      id: "client-bound",
      status: "unknown",
      value: null,
      limit: null,
      margin: null,
      unit: "",
      message: "",
      remedy: "",
    };
    const trial = fakeTrial(fakeExperiment("a", 0, {}), { verdict: { checks: [check] } });
    expect(caveatsOf({}, null, { ...pool, trials: [trial] }, { ...pool, trials: [trial, trial] })).toEqual([
      "client not judged in 3 of 3 trials (the control's included)",
    ]);
  });

  it("is what a cap on the requests in flight held back", () => {
    const row = { source: "client" as const, why: null, rule: "exact" };
    const measurements: Measurement[] = [
      { ...row, metric: "requests_held", stat: "value", unit: "1", value: 300, n: 500 },
      { ...row, metric: "held_back", stat: "mean", unit: "ms", value: 4100, n: 300 },
    ];
    const trial = { ...fakeTrial(fakeExperiment("a", 0, {})), measurements };
    expect(caveatsOf({}, null, { ...pool, trials: [trial, trial] }, pool)).toEqual([
      "`load.max_in_flight` held back 600 of 1000 requests, 4100 ms each on average (the control: none)",
    ]);
  });
});
