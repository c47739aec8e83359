import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "empty-distribution";
const lengths = (input: string, output = "{ distribution: fixed, value: 8 }") =>
  `{ dataset: { kind: synthetic, input_tokens: ${input}, output_tokens: ${output} } }`;

describe("empty-distribution", () => {
  it("is an error where the smallest is above the largest", () => {
    const [one, ...others] = found(code, { workloads: `[${lengths("{ distribution: uniform, min: 20, max: 10 }")}]` });
    expect(one).toMatchObject({ severity: "error", at: "20" });
    expect(one?.message).toContain("`input_tokens` of workload `workload-1` has no length: min 20 is above max 10");
    expect(others).toEqual([]);
  });

  it("looks at outputs, at log-normal lengths and at accuracy's own workload", () => {
    const fine = "{ distribution: uniform, min: 10, max: 10 }";
    const wrong = "{ distribution: lognormal, median: 5, sigma: 1, min: 9, max: 3 }";
    expect(found(code, { workloads: `[${lengths(fine, wrong)}]` }).map(({ at }) => at)).toEqual(["9"]);
    expect(found(code, { more: `accuracy: ${lengths(wrong)}` }).map(({ at }) => at)).toEqual(["9"]);
  });

  it("looks at the dataset of a class, and at normal lengths", () => {
    const own = lengths("{ distribution: normal, mean: 5, stdev: 1, min: 9, max: 3 }").slice(2, -2);
    const workloads = `[{ dataset: { kind: synthetic }, classes: [{ name: a }, { name: b, ${own} }] }]`;
    expect(found(code, { workloads }).map(({ at }) => at)).toEqual(["9"]);
  });

  it("says a workload's mistake once where accuracy scores the same workload", () => {
    const workloads = `[${lengths("{ distribution: uniform, min: 2, max: 1 }")}]`;
    expect(found(code, { workloads, more: "accuracy: true" })).toHaveLength(1);
  });

  it("has nothing against one length, in either form", () => {
    expect(found(code, { workloads: `[${lengths("{ distribution: uniform, min: 7, max: 7 }")}]` })).toEqual([]);
  });

  it("looks at turns and thinking as well", () => {
    const dataset =
      "{ kind: conversations, turns: { distribution: uniform, min: 4, max: 3 }, think_s: { distribution: uniform, min: 2, max: 1 } }";
    expect(found(code, { workloads: `[{ dataset: ${dataset} }]` }).map(({ at }) => at)).toEqual(["4", "2"]);
  });
});
