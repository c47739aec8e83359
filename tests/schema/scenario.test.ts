import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { designKinds } from "../../src/design/index.ts";
import { jsonSchemas } from "../../src/matrix/yaml/json-schemas.ts";
import { found, load, loadParts, matrix } from "../matrix/study-fixture.ts";

const code = "does-nothing";
const workload = (scenario: string, more: string) =>
  `[{ workload: w, scenario: ${scenario}, dataset: { kind: synthetic, profile: chat }, ${more} }]`;
const at = (scenario: string, more: string) =>
  found(code, { workloads: workload(scenario, more) }).map((one) => one.at);

describe("a workload of each scenario", () => {
  it("takes the members that the scenario reads", () => {
    expect(at("offline", "load: { batch_size: 4, barrier: false, order: shuffled }")).toEqual([]);
    expect(at("offline", "load: { max_in_flight: 4 }")).toEqual([]);
    expect(at("closed", "load: { concurrency: 4, order: shuffled }")).toEqual([]);
    expect(at("open", "load: { rate: 2, max_in_flight: 9 }, arrivals: { kind: constant }")).toEqual([]);
    expect(at("server", "load: { rate: 2 }, ruleset: mini/tiny")).toEqual([]);
    expect(at("offline", "load: { expected_rate: 4, order: shuffled }, ruleset: mini/tiny")).toEqual([]);
  });

  it.each([
    ["offline", "load: { concurrency: 4, rate: 2 }", ["concurrency", "rate"]],
    [
      "closed",
      "load: { concurrency: 4, batch_size: 8, barrier: false, max_in_flight: 16 }",
      ["batch_size", "barrier", "max_in_flight"],
    ],
    ["closed", "load: { concurrency: 4, rate: 2 }, arrivals: { kind: poisson }", ["arrivals", "rate"]],
    ["open", "load: { rate: 2, concurrency: 4 }", ["concurrency"]],
    ["server", "ruleset: mini/tiny, load: { rate: 4, order: shuffled, expected_rate: 4 }", ["order", "expected_rate"]],
    ["single_stream", "ruleset: mini/tiny, load: { expected_rate: 4, rate: 1 }", ["rate"]],
    ["offline", "load: { expected_rate: 4 }", ["expected_rate"]],
    ["offline", "load: { batch_size: 4, max_in_flight: 8 }", ["max_in_flight"]],
    ["open", "load: { rate: 2 }, arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }", ["rate"]],
  ])("of %s refuses what it does not read: %s", (scenario, more, members) => {
    expect(at(scenario, more).toSorted()).toEqual(members.toSorted());
  });

  it("says why, and what to do instead", () => {
    const said = (scenario: string, more: string) => found(code, { workloads: workload(scenario, more) })[0];
    expect(said("closed", "load: { concurrency: 4, rate: 2 }")).toEqual({
      severity: "error",
      message: "`load.rate` does nothing for `workloads[0]`: the scenario is closed",
      hint: "a closed loop takes `load.concurrency`; for client chunks, `scenario: offline`; for a rate, `scenario: open`",
      at: "rate",
    });
    expect(said("offline", "arrivals: { kind: constant }")).toMatchObject({
      message: "`arrivals` does nothing for `workloads[0]`: the scenario is offline",
      hint: "set `scenario: open` and `load: { rate: 10 }`, or leave `arrivals` out",
    });
    const steps = said("open", "load: { rate: 2 }, arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }");
    expect(steps?.message).toContain("its steps arrivals have their own rates");
    expect(steps?.hint).toContain("constant, poisson, gamma, ramp");
  });

  it("is offline where none is named", () => {
    const of = (more: string) =>
      found(code, { workloads: `[{ dataset: { kind: synthetic, profile: chat }, ${more} }]` });
    expect(of("load: { concurrency: 4 }")).toMatchObject([{ at: "concurrency" }]);
    expect(of("load: { max_in_flight: 4 }")).toEqual([]);
    expect(
      found(code, { more: "accuracy: { dataset: { kind: synthetic, profile: chat }, load: { rate: 4 } }" }),
    ).toMatchObject([{ at: "rate", message: "`load.rate` does nothing for `accuracy`: the scenario is offline" }]);
  });

  it.each(["server", "interactive", "single_stream", "multi_stream"])("of LoadGen's %s needs a ruleset", (scenario) => {
    const [one, ...others] = found("missing-key", { workloads: workload(scenario, "cache: keep") });
    expect(one?.message).toBe("`workloads[0]` lacks `ruleset`");
    expect(one?.hint).toContain("`mlperf-inference-v6.1/llama3.1-8b`; `scenario: open` and `closed` need none");
    expect(others).toEqual([]);
    expect(found("missing-key", { workloads: workload(scenario, "ruleset: mini/tiny") })).toEqual([]);
  });

  it("is Poisson where an open one names no arrivals, and has none otherwise", () => {
    const arrivals = (scenario: string) =>
      loadParts({ workloads: workload(scenario, "cache: keep") }).study?.workloads[0]?.arrivals;
    expect(arrivals("open")).toEqual({ kind: "poisson" });
    expect(arrivals("closed")).toBeNull();
  });
});

describe("a fragment under another scenario", () => {
  const fragment =
    "scenario: closed\nload: { concurrency: 16, workers: 2 }\ndataset: { kind: synthetic, profile: chat }\n";
  const loaded = (own: string, below = fragment) =>
    load({
      "matrices/a.yaml": matrix({ workloads: `[{ use: ../experiments/w.yaml, ${own} }]` }),
      "experiments/w.yaml": below,
    });

  it("gives way: its members that the scenario above it does not read are left out", () => {
    const { study, diagnostics } = loaded("scenario: open, load: { rate: 4 }");
    expect(diagnostics).toEqual([]);
    expect(study?.workloads[0]?.load).toEqual({ order: "declared", rate: 4, workers: 2 });
  });

  it("gives way with its rate to arrivals that have their own, and with its arrivals to a loop that has none", () => {
    const open = fragment.replace(
      /scenario.*\nload.*/,
      "scenario: open\nload: { rate: 4 }\narrivals: { kind: constant }",
    );
    const ramped = loaded("arrivals: { kind: steps, steps: [{ rate: 1, seconds: 9 }] }", open);
    expect(ramped.diagnostics).toEqual([]);
    expect(ramped.study?.workloads[0]?.load.rate).toBeUndefined();
    const closed = loaded("scenario: closed, load: { concurrency: 2 }", open);
    expect(closed.diagnostics).toEqual([]);
    expect(closed.study?.workloads[0]?.arrivals).toBeNull();
  });

  it("is asked for what it says under its own scenario, and so is the file above it", () => {
    expect(loaded("load: { rate: 4 }").diagnostics).toMatchObject([{ code, file: "matrices/a.yaml" }]);
    const wrong = loaded("cache: keep", `arrivals: { kind: poisson }\n${fragment}`);
    expect(wrong.diagnostics).toMatchObject([{ code, file: "experiments/w.yaml" }]);
  });
});

describe("the schema of a workload in an editor", () => {
  const schema = jsonSchemas(designKinds)["schemas/workload.schema.json"] as {
    properties: { load: { properties: object } };
  };
  const takes = new Ajv2020({ strict: false }).compile(schema);

  it("refuses what the written scenario does not read, and completes every member", () => {
    expect(takes(parse("{ scenario: closed, load: { concurrency: 4 } }"))).toBe(true);
    expect(takes(parse("{ scenario: closed, load: { rate: 4 } }"))).toBe(false);
    expect(takes(parse("{ scenario: open, load: { rate: = 2 * 4 }, arrivals: { kind: constant } }"))).toBe(true);
    expect(takes(parse("{ scenario: offline, arrivals: { kind: constant } }"))).toBe(false);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["arrivals", "load", "ruleset"]));
    expect(Object.keys(schema.properties.load.properties)).toEqual(expect.arrayContaining(["concurrency", "rate"]));
  });

  it("takes what another file may complete: a scenario or a ruleset that is not written here", () => {
    expect(takes(parse("{ use: w.yaml, load: { rate: 4 } }"))).toBe(true);
    expect(takes(parse("{ load: { concurrency: 4 } }"))).toBe(true);
    expect(takes(parse("{ use: w.yaml, scenario: server }"))).toBe(true);
  });
});
