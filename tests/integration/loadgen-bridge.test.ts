import { describe, expect, it, type TestContext } from "vitest";
import { failuresOf, parityOf } from "../../bench/loadgen-parity.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

/** The official LoadGen from PyPI; where it cannot be had the test is skipped, but fails in CI. */
async function needsLoadgen(context: TestContext): Promise<void> {
  const environment = await pythonEnvironment("loadgen");
  if ("reason" in environment) context.skip(environment.reason);
}

describe("the official LoadGen beside our scheduler, on one simulated engine", () => {
  it("issues the same samples at the same times in Server, and both logs are read by one reader", async (context) => {
    await needsLoadgen(context);
    const parity = await parityOf({ scenario: "Server", seconds: 3, rate: 20, samples: 32 });
    expect(parity.queries.ours).toBe(parity.queries.official);
    expect(parity.durationNs.ours).toBe(parity.durationNs.official);
    expect(failuresOf(parity)).toEqual([]);
    expect(parity.figures.map(({ key }) => key)).toContain("result_completed_tokens_per_second");
  }, 60_000);

  it("makes the same one query in Offline", async (context) => {
    await needsLoadgen(context);
    const parity = await parityOf({ scenario: "Offline", seconds: 2, rate: 100, samples: 32 });
    expect(parity.sameOrder).toBe(true);
    expect(parity.queries).toEqual({ official: 1, ours: 1 });
    // Seconds are too few for 1 %: `npm run bench:loadgen` measures that.
    expect(failuresOf(parity).filter((what) => !what.includes("1 %"))).toEqual([]);
  }, 60_000);
});
