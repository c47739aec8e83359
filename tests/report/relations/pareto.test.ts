import { expect, it } from "vitest";
import { paretoRelation } from "../../../src/report/relations/pareto.ts";
import { markdownTable } from "../../../src/report/writers/markdown.ts";
import type { AcrossEffect, Comparison } from "../../../src/schema/comparison.ts";
import { comparedOperand, fakeComparison } from "../../support/fake-comparison.ts";

/** Sides with a throughput and a TPOT p50 each; null where it was not measured. */
function sides(...levels: [name: string, throughput: number, tpotMs: number | null][]): Comparison {
  const [first, ...others] = levels;
  const usual = fakeComparison([comparedOperand("A", [1]), comparedOperand("B", [1])]);
  const effect = (
    treatment: string,
    metric: string,
    stat: AcrossEffect["stat"],
    values: (number | null)[],
  ): AcrossEffect => ({
    ...usual.effects[0]!,
    treatment,
    metric,
    stat,
    controlValue: values[0] ?? null,
    treatmentValue: values[1] ?? null,
  });
  return {
    ...usual,
    operands: levels.map(([name]) => ({ ...usual.operands[0]!, name })),
    effects: others.flatMap(([name, throughput, tpotMs]) => [
      effect(name, "output_throughput", "value", [first![1], throughput]),
      effect(name, "tpot", "p50", [first![2], tpotMs]),
    ]),
  };
}

it("has in bold the sides that no other beats in tokens for all and for one user", () => {
  const relation = paretoRelation(
    sides(
      ["c1", 122.2, 6.48],
      ["c4", 580.3, 6.59],
      ["c16", 1384.2, 10.94],
      ["c64", 1312.3, 46.91],
      ["lost", 2000, null],
    ),
  );
  expect(relation.rows.map((row) => [row[0]?.value, row.at(-1)?.value])).toEqual([
    ["c1", "on the front"],
    ["c4", "on the front"],
    ["c16", "on the front"],
    ["c64", "dominated"],
    ["lost", "not measured"],
  ]);
  const lines = markdownTable(relation).split("\n");
  expect(lines.find((line) => line.includes("c16"))).toMatch(
    /\| \*\*c16\*\* +\| +\*\*1,384\.2\*\* \| +\*\*91\.4\*\* \|/,
  );
  expect(lines.find((line) => line.includes("c64"))).not.toContain("**");
});

it("keeps both of two that are the same", () => {
  const relation = paretoRelation(sides(["a", 100, 5], ["b", 100, 5]));
  expect(relation.rows.map((row) => row.at(-1)?.value)).toEqual(["on the front", "on the front"]);
});
