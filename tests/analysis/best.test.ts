import { describe, expect, it } from "vitest";
import { bestOfCells } from "../../src/analysis/best.ts";
import { expandStudy } from "../../src/design/expand.ts";
import { orderTrials } from "../../src/design/remaining.ts";
import type { BestOfCell } from "../../src/schema/best.ts";
import type { Design } from "../../src/schema/design.ts";
import { changesOf, conditions, designs, runBestOfMany } from "../../bench/virtual-studies.ts";
import { binomialCdf } from "../../src/math/distributions.ts";
import { createVirtualLaboratory, type PlantedEffect } from "../laboratory/virtual-laboratory.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const effect = (at: number, throughput: number): PlantedEffect => ({
  knobs: { max_model_len: 2048 + at },
  throughput,
});

/** Five configurations in all, under two workloads. */
function bestOf(
  planted: PlantedEffect[],
  { blocks = 4, sd = 0.005, lost = [] as string[], workloads = ["short", "long"], changes = 4 } = {},
): BestOfCell[] {
  const design: Design = { kind: "isolation", changes: changesOf(changes) };
  const study = makeStudy(design, {
    repeats: blocks,
    workloads: workloads.map((name, index) => ({ ...makeWorkload(), name, deadlineS: 100 + index })),
  });
  const expansion = expandStudy(study);
  const execute = createVirtualLaboratory(
    {
      throughput: 1000,
      effects: planted,
      noise: { kind: "gaussian", sd },
      driftPerTrial: 0,
      launchSd: 0,
      invalidShare: 0,
    },
    expansion.experiments,
    "best of many",
  );
  const trials = orderTrials(study, expansion)
    .filter(({ experiment }) => !lost.includes(experiment))
    .map(execute);
  return bestOfCells({ ...expansion, fidelity: "screen" }, trials);
}

const standings = ({ arms }: BestOfCell) => arms.map(({ row, standing }) => [row, standing]);

describe("the best of many", () => {
  it("names for each workload the best and what cannot be told from it, the best first", () => {
    const [short, long] = bestOf([effect(0, 1.2), effect(1, 1.2), effect(2, 1.1), effect(3, 0.9)]);
    expect([short!.cell, long!.cell]).toEqual(["short", "long"]);
    for (const cell of [short!, long!]) {
      expect(cell).toMatchObject({ why: null, metric: "output_throughput", better: "higher" });
      const said = standings(cell);
      expect(new Set(said.slice(0, 2).map(([row]) => row))).toEqual(new Set(["change0", "change1"]));
      expect(said.map(([, standing]) => standing)).toEqual(["best", "not told apart", "worse", "worse", "worse"]);
      expect(said.slice(2).map(([row]) => row)).toEqual(["change2", "baseline", "change3"]);
      const worst = cell.arms.at(-1)!;
      expect(worst.interval!.upper).toBe(1);
      expect(worst.ratio).toBeCloseTo(0.75, 1);
      expect(worst.interval!.lower).toBeLessThan(worst.ratio!);
    }
  });

  it("names it alone where it is better than all others, with how much at least", () => {
    const [cell] = bestOf([effect(2, 1.3)], { workloads: ["one"] });
    expect(cell!.cell).toBe("");
    expect(cell!.arms[0]).toMatchObject({ row: "change2", standing: "best" });
    expect(cell!.arms[0]!.interval!.lower).toBe(1);
    expect(cell!.arms.slice(1).every(({ standing }) => standing === "worse")).toBe(true);
  });

  it("leaves out what was not measured, and says so; without repeats it names the highest figure and nothing more", () => {
    const [cell] = bestOf([effect(0, 1.2)], { workloads: ["one"], lost: ["change3"] });
    expect(cell!.arms.at(-1)).toMatchObject({ row: "change3", standing: "not compared", why: "it was not measured" });
    const [once] = bestOf([effect(0, 1.2)], { workloads: ["one"], blocks: 1 });
    expect(once).toMatchObject({ why: "fewer than two configurations were repeated" });
    expect(once!.arms[0]).toMatchObject({ row: "change0", ratio: null, interval: null, standing: "not compared" });
  });

  it("says that zeros keep the others from being compared, and not that no blocks tie them", () => {
    const [cell] = bestOf(
      [0, 1, 2, 3].map((at) => effect(at, 0)),
      { workloads: ["one"] },
    );
    expect(cell!.why).toBe("fewer than two configurations measured more than zero in every launch");
    expect(cell!.arms.filter(({ why }) => why === "a launch measured zero, which has no logarithm")).toHaveLength(4);
  });

  it("is no question of two configurations", () => {
    expect(bestOf([], { changes: 1 })).toEqual([]);
  });
});

/** The long version, with its table, is bench/statistics/best.ts. */
describe("the truly best configuration", () => {
  it.each([
    ["Gaussian", "isolation"],
    ["heavy tails", "combination"],
    ["one arm 5 times as noisy", "isolation"],
    ["20 % missing", "isolation"],
  ] as const)("is in the set in 95 % of studies at least, where all are equal: %s, %s", (condition, design) => {
    const studies = 60;
    const asked = { design: designs[design], blocks: 4, condition: conditions[condition], planted: [], studies };
    const found = [...runBestOfMany({ ...asked, seed: `best ${condition}` })].flat();
    const missed = found.filter(({ mayBeBest }) => !mayBeBest).length / found.length;
    // Findings of one study share its noise: they are counted as one.
    expect(1 - binomialCdf(Math.round(missed * studies) - 1, studies, 0.05)).toBeGreaterThan(1e-4);
    // And what is no better than the others is seldom the only one.
    if (condition === "Gaussian") expect(missed).toBeGreaterThan(0);
  });
});
