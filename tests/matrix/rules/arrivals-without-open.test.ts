import { describe, expect, it } from "vitest";
import { found, load, matrix } from "../study-fixture.ts";

const code = "arrivals-without-open";
const workloads = (scenario: string, more = "") =>
  `[{ workload: w, scenario: ${scenario}, dataset: { kind: synthetic, profile: chat }, arrivals: { kind: constant }${more} }]`;

describe("arrivals-without-open", () => {
  it("warns of arrivals that nothing reads, and leaves them out of the workload", () => {
    const [one, ...others] = found(code, { workloads: workloads("offline") });
    expect(one).toMatchObject({ severity: "warning", at: "arrivals" });
    expect(one?.message).toBe("`arrivals` does nothing for `w`: the scenario is offline");
    expect(others).toEqual([]);
    expect(found(code, { workloads: workloads("closed", ", load: { concurrency: 2 }") })).toHaveLength(1);
    const { study } = load({ "matrices/a.yaml": matrix({ workloads: workloads("offline") }) });
    expect(study?.workloads[0]?.arrivals).toBeNull();
  });

  it("leaves an open loop alone, and one that says nothing is Poisson", () => {
    const open = workloads("open", ", load: { rate: 2 }");
    expect(found(code, { workloads: open })).toEqual([]);
    const { study } = load({
      "matrices/a.yaml": matrix({ workloads: open.replace("arrivals: { kind: constant }", "cache: keep") }),
    });
    expect(study?.workloads[0]).toMatchObject({ arrivals: { kind: "poisson" }, slo: null });
  });
});
