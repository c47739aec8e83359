import { describe, expect, it } from "vitest";
import { costInWords, costOfPlan } from "../support/plan-cost.ts";

describe("a combination of 100,000 experiments", () => {
  it("is planned, and written as data, in less than 1 GB", { timeout: 120_000 }, async () => {
    const cost = await costOfPlan(["--json"]);
    console.info(`ceteris plan --json of 100,000 experiments: ${costInWords(cost)}`);
    expect(cost.code === 0 ? "" : cost.stderr).toBe("");
    expect(cost.stdout.match(/"configuration_id"/g)).toHaveLength(100_001); // and the baseline
    expect(cost.peakBytes).toBeLessThan(1e9);
  });
});
