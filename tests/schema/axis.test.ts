import { describe, expect, it } from "vitest";
import { axesOf, lengthOfRange, mostPoints, valuesOfRange, type Range } from "../../src/schema/axis.ts";

const noShort = (): null => null;

describe("valuesOfRange", () => {
  it("goes by factors and by steps, the end included", () => {
    expect(valuesOfRange({ from: 1, to: 1024, factor: 2 })).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
    expect(valuesOfRange({ from: 2, to: 20, step: 6 })).toEqual([2, 8, 14, 20]);
    expect(valuesOfRange({ from: 3, to: 20, factor: 2 })).toEqual([3, 6, 12]);
    expect(valuesOfRange({ from: 0.1, to: 0.5, step: 0.1 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it("goes up where it is written downwards, and ends where a factor does not move it", () => {
    expect(valuesOfRange({ from: 4, to: 1, step: 1 })).toEqual([1, 2, 3, 4]);
    expect(valuesOfRange({ from: 0, to: 8, factor: 2 })).toEqual([0]);
  });

  it.each<[Range, number]>([
    [{ from: 1, to: 1024, factor: 2 }, 11],
    [{ from: 3, to: 20, factor: 2 }, 3],
    [{ from: 0.1, to: 0.5, step: 0.1 }, 5],
    [{ from: 7, to: 7, step: 1 }, 1],
    [{ from: 1, to: 1000, factor: 10 }, 4],
    [{ from: 0, to: 8, factor: 2 }, 1],
    [{ from: 8, to: 1, step: 1 }, 8],
  ])("of %o has as many values as its length says", (range, length) => {
    expect(valuesOfRange(range)).toHaveLength(length);
    expect(lengthOfRange(range)).toBe(length);
  });

  it("makes 10,000 values at most, and says how long it is", () => {
    const range = { from: 1, to: 1_000_000, step: 1 };
    expect(valuesOfRange(range)).toHaveLength(mostPoints);
    expect(lengthOfRange(range)).toBe(1_000_000);
  });
});

describe("axesOf", () => {
  it("names values by the short form of their setting, where it has one", () => {
    const [tp, dtype] = axesOf({ tensor_parallel_size: [1, 2], dtype: ["fp8", null] }, "/factors", (name) =>
      name === "tensor_parallel_size" ? "tp" : null,
    );
    expect(tp!.points).toEqual([
      { id: "tp1", set: { tensor_parallel_size: 1 }, pointer: "/factors/tensor_parallel_size/0" },
      { id: "tp2", set: { tensor_parallel_size: 2 }, pointer: "/factors/tensor_parallel_size/1" },
    ]);
    expect(dtype!.points.map(({ id }) => id)).toEqual(["dtype=fp8", "dtype=null"]);
  });

  it("takes points that set several things", () => {
    const file = { shape: [{ id: "1k8k", "dataset.input_tokens": 1024, "dataset.output_tokens": 8192 }] };
    expect(axesOf(file, "/sweep", noShort)).toEqual([
      {
        name: "shape",
        isNamed: true,
        pointer: "/sweep/shape",
        points: [
          {
            id: "1k8k",
            set: { "dataset.input_tokens": 1024, "dataset.output_tokens": 8192 },
            pointer: "/sweep/shape/0",
          },
        ],
      },
    ]);
  });

  it("takes a map without an id as a value: knobs may have maps", () => {
    const [axis] = axesOf({ compilation_config: [{ mode: 0 }, { mode: 3 }] }, "", noShort);
    expect(axis!.isNamed).toBe(false);
    expect(axis!.points.map(({ set }) => set)).toEqual([
      { compilation_config: { mode: 0 } },
      { compilation_config: { mode: 3 } },
    ]);
  });

  it("makes texts of a range of a variable", () => {
    const [axis] = axesOf({ "env.OMP_NUM_THREADS": { from: 1, to: 4, factor: 2 } }, "", () => null);
    expect(axis?.points.map(({ set }) => set["env.OMP_NUM_THREADS"])).toEqual(["1", "2", "4"]);
  });
});
