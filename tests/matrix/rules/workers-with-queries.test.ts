import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "workers-with-queries";
const stream = (scenario: string, workers: number) =>
  `[{ workload: w, ruleset: mini/tiny, scenario: ${scenario}, load: { workers: ${workers} }, dataset: { kind: synthetic, profile: chat } }]`;

describe("workers-with-queries", () => {
  it.each(["single_stream", "multi_stream"])("is an error at the workers of %s", (scenario) => {
    const [one, ...others] = found(code, { workloads: stream(scenario, 2) });
    expect(one).toMatchObject({ severity: "error", at: "workers" });
    expect(one?.message).toBe(
      `a query of \`w\` (${scenario}) goes when the one before it is over, which 2 workers cannot see to`,
    );
    expect(others).toEqual([]);
  });

  it("lets one worker be, and other scenarios", () => {
    expect(found(code, { workloads: stream("multi_stream", 1) })).toEqual([]);
    expect(found(code, { workloads: stream("offline", 2) })).toEqual([]);
  });
});
