import { describe, expect, it } from "vitest";
import { configurationsOf } from "../../../src/report/charts/configurations.ts";
import type { Outcome } from "../../../src/schema/effect.ts";
import { fakeReportInput } from "../../support/fake-report.ts";

const input = fakeReportInput();
const namesOf = (given: Parameters<typeof configurationsOf>[0]) =>
  [...configurationsOf(given).values()].filter(({ isNamed }) => isNamed).map(({ name }) => name);

/** Changes of an isolation with these decisions, whose effects grow with their place. */
function decided(outcomes: readonly Outcome[]): Parameters<typeof configurationsOf>[0] {
  const names = outcomes.map((outcome, at) => `${outcome.toLowerCase()}${at}`);
  const [decision, effect] = [input.decisions.find(({ experiment }) => experiment === "fp8")!, input.effects[0]!];
  const experiment = input.study.experiments[0]!;
  return {
    study: {
      ...input.study,
      contrasts: names.map((treatment) => ({ treatment, control: "baseline", changed: {}, family: "isolation" })),
      experiments: ["baseline", ...names].map((name) => ({
        ...experiment,
        labels: { ...experiment.labels, name, row: name },
      })),
    },
    decisions: outcomes.map((outcome, at) => ({ ...decision, experiment: names[at]!, outcome })),
    effects: names.map((treatment, at) => ({ ...effect, treatment, control: "baseline", ratio: 1 + at / 100 })),
  };
}

describe("the configurations that a chart names", () => {
  it("are all of a few, each with its decision", () => {
    expect([...configurationsOf(input).values()]).toEqual([
      { name: "baseline", decision: "BASELINE", isNamed: true },
      { name: "fp8", decision: "SHIP", isNamed: true },
      { name: "len2668", decision: expect.any(String), isNamed: true },
      { name: "int8", decision: expect.any(String), isNamed: true },
      { name: "sort", decision: "", isNamed: true },
    ]);
  });

  it("are the baseline and four of many: by decision, then by the size of the effect; of many alike two", () => {
    const many = decided(["HOLD", "SHIP", "REJECT", "SHIP", "SHIP", "SHIP", "HOLD", "HOLD"]);
    expect(namesOf(many)).toEqual(["baseline", "reject2", "ship4", "ship5", "hold7"]);
  });

  it("are the first four of a study without a change, which has no baseline", () => {
    const many = decided(Array.from({ length: 6 }, () => "HOLD" as const));
    const plain = { ...many, study: { ...many.study, contrasts: [] }, decisions: [], effects: [] };
    expect(namesOf(plain)).toEqual(["baseline", "hold0", "hold1", "hold2"]);
  });

  it("say of a row that was decided otherwise at another point that it depends on the point", () => {
    const two = decided(["SHIP", "HOLD"]);
    const oneRow = two.study.experiments.map((one, at) => ({
      ...one,
      labels: { ...one.labels, row: at === 0 ? "baseline" : "fp8" },
    }));
    expect(configurationsOf({ ...two, study: { ...two.study, experiments: oneRow } }).get("fp8")?.decision).toBe(
      "by point",
    );
  });
});
