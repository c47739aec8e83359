import { expect, it } from "vitest";
import { chartCells } from "../../../src/report/charts/cells.ts";
import { fakeExperiment } from "../../support/fake-trials.ts";

const experiment = (row: string, cell: string) => {
  const one = fakeExperiment(cell === "" ? row : `${row}@${cell}`, 0, { row, cell });
  return { ...one, labels: { ...one.labels, row } };
};
const shown = (all: readonly [row: string, cell: string][]) =>
  chartCells(all.map(([row, cell]) => experiment(row, cell))).map(({ cell, members }) => [
    cell,
    members.map(({ name }) => name),
  ]);

it("groups experiments by workload and point, and puts those that stand alone into one panel", () => {
  expect(
    shown([
      ["bf16", "c1"],
      ["bf16", "c2"],
      ["fp8", "c1"],
      ["fp8", "c2"],
    ]),
  ).toEqual([
    ["c1", ["bf16", "fp8"]],
    ["c2", ["bf16", "fp8"]],
  ]);
  expect(
    shown([
      ["bf16", ""],
      ["fp8", ""],
    ]),
  ).toEqual([["", ["bf16", "fp8"]]]);
  expect(
    shown([
      ["bf16", "c1"],
      ["bf16", "c2"],
    ]),
  ).toEqual([["", ["bf16@c1", "bf16@c2"]]]);
  expect(
    shown([
      ["bf16", "c1"],
      ["fp8", "c1"],
    ]),
  ).toEqual([["", ["bf16@c1", "fp8@c1"]]]);
});
