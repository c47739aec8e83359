import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "workers-with-cap";
const open = (load: string) =>
  `[{ workload: w, scenario: open, load: ${load}, dataset: { kind: synthetic, profile: chat } }]`;

describe("workers-with-cap", () => {
  it("is an error at the workers of an open loop with a cap", () => {
    const [one, ...others] = found(code, { workloads: open("{ rate: 4, max_in_flight: 24, workers: 2 }") });
    expect(one).toMatchObject({
      severity: "error",
      at: "workers",
      message: "`w` keeps at most `load.max_in_flight` requests open, which 2 workers cannot count together",
    });
    expect(others).toEqual([]);
  });

  it("lets each be without the other", () => {
    expect(found(code, { workloads: open("{ rate: 4, max_in_flight: 24 }") })).toEqual([]);
    expect(found(code, { workloads: open("{ rate: 4, workers: 2 }") })).toEqual([]);
  });
});
