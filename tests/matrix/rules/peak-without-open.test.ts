import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "peak-without-open";
const more = "peak: { from: 4 }";
const one = (members: string) => `{ dataset: { kind: synthetic, profile: chat }, ${members} }`;

describe("peak-without-open", () => {
  it("is an error where no workload has a rate to search for", () => {
    const workloads = `[${one("workload: w, scenario: closed, load: { concurrency: 4 }")}]`;
    const [problem, ...others] = found(code, { workloads, more });
    expect(problem).toMatchObject({
      severity: "error",
      at: "peak",
      message: "`peak` searches for the highest rate of an open loop, and no workload is one: `w` is closed",
    });
    expect(problem?.hint).toContain("scenario: open");
    expect(others).toEqual([]);
  });

  it("takes arrivals that bring rates of their own for none", () => {
    const workloads = `[${one("workload: w, scenario: open, arrivals: { kind: ramp, to: 9, seconds: 9 }, load: { rate: 1 }")}]`;
    expect(found(code, { workloads, more })[0]?.message).toMatch(/`w` is open with arrivals of kind ramp$/);
  });

  it("wants one workload that has a rate, and nothing without a search", () => {
    const workloads = `[${one("workload: w, scenario: closed, load: { concurrency: 4 }")}, ${one("workload: o, scenario: open")}]`;
    expect(found(code, { workloads, more })).toEqual([]);
    expect(found(code, {})).toEqual([]);
  });
});
