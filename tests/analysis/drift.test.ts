import { describe, expect, it } from "vitest";
import { driftOf, type PlacedObservation } from "../../src/analysis/drift.ts";
import { fitBlockModel } from "../../src/math/block-model.ts";
import { createRandom } from "../../src/math/random.ts";

/** Four blocks of five places in random order, whose logarithms follow `shape` of the place (-1 to 1), with a noise of 0.1 %. */
function blocksOf(shape: (place: number) => number, step = 0): PlacedObservation[] {
  const random = createRandom("drift");
  return [0, 1, 2, 3].flatMap((block) =>
    random.shuffle([0, 0, 1, 2, 3]).map((arm, index) => ({
      arm,
      block,
      position: 5 * block + index,
      value: 3 + arm + step * block + shape(index / 2 - 1) + 0.001 * random.normal(),
    })),
  );
}

const found = (all: PlacedObservation[]) => driftOf(all, fitBlockModel(all), 0);

describe("driftOf", () => {
  it("tells a line from a curve within blocks, and both from chance", () => {
    const line = found(blocksOf((place) => 0.02 * place))!;
    expect(Math.log(line.withinBlock!)).toBeCloseTo(0.04, 2);
    expect(Math.abs(Math.log(line.curve!))).toBeLessThan(0.005);
    expect(line.withinBlockP).toBeLessThan(1e-6);
    const curve = found(blocksOf((place) => 0.04 * (1 - place ** 2)))!;
    expect(Math.log(curve.curve!)).toBeCloseTo(0.04, 2);
    expect(Math.abs(Math.log(curve.withinBlock!))).toBeLessThan(0.005);
    expect(curve.withinBlockP).toBeLessThan(1e-6);
    expect(found(blocksOf(() => 0))!.withinBlockP).toBeGreaterThan(0.01);
  });

  it("tells the last block from the first over all arms, not from what the arms do", () => {
    expect(Math.log(found(blocksOf(() => 0, 0.03))!.acrossBlocks!)).toBeCloseTo(0.09, 2);
  });

  it("has the spread of a single block's baselines, in their order, and nothing within an order that fixes places", () => {
    const single: PlacedObservation[] = [
      { arm: 0, block: 0, position: 1, value: Math.log(100) },
      { arm: 1, block: 0, position: 2, value: Math.log(130) },
      { arm: 0, block: 0, position: 3, value: Math.log(156) },
    ];
    expect(found(single)).toMatchObject({ acrossBlocks: null, withinBlock: null });
    expect(found(single)!.singleBlock).toBeCloseTo(1.56, 10);
    const declared = blocksOf(() => 0).map((one) => ({ ...one, position: 10 * one.block + one.arm }));
    expect(found(declared)!.withinBlock).toBeNull();
  });
});
