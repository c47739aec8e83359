import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "stop-without-load";
const stop = "stop: { ttft_p50_ms: 300 }";
const one = (members: string) => `{ dataset: { kind: synthetic, profile: chat }, ${members} }`;
const closed = one("workload: w, scenario: closed, load: { concurrency: 4 }");

describe("stop-without-load", () => {
  it("is an error where no load is swept, at the rule", () => {
    const [problem, ...others] = found(code, { workloads: `[${closed}]`, more: stop });
    expect(problem).toMatchObject({
      severity: "error",
      at: "stop",
      message: "`stop` ends a curve at a load, and no workload sweeps one",
    });
    expect(problem?.hint).toContain("sweep: { load.concurrency");
    expect(others).toEqual([]);
  });

  it("names the workload whose own rule has no curve", () => {
    const workloads = `[${one(`workload: w, scenario: closed, load: { concurrency: 4 }, ${stop}`)}]`;
    expect(found(code, { workloads })[0]?.message).toBe("`stop` ends a curve at a load, and workload `w` sweeps none");
  });

  it("wants one workload with a swept load, and nothing without a rule", () => {
    expect(found(code, { workloads: `[${closed}]`, more: `${stop}\nsweep: { load.concurrency: [1, 4] }` })).toEqual([]);
    expect(found(code, { workloads: `[${closed}]` })).toEqual([]);
  });
});
