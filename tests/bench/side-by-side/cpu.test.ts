import { describe, expect, it } from "vitest";
import { coresWhileServing, rowOf, type CpuPoint } from "../../../bench/side-by-side/cpu.ts";

describe("coresWhileServing", () => {
  const at = (atS: number, client: number, engine: number, machine: number): CpuPoint => ({
    atS,
    client,
    engine,
    machine,
  });

  it("means over the stretch in which the engine worked, not over a client's start and end", () => {
    const points = [at(0, 0, 5, 0), at(1, 1, 5, 1), at(2, 1.5, 6, 2.6), at(3, 2, 7, 4.2), at(4, 3, 7, 5.2)];
    expect(coresWhileServing(points, 2)).toEqual({ seconds: 2, client: 0.5, engine: 1, machine: 1.6, available: 2 });
  });

  it("says nothing where the engine did nothing", () => {
    expect(coresWhileServing([at(0, 0, 5, 0), at(1, 1, 5, 1)], 2)).toBeNull();
    expect(coresWhileServing([], 2)).toBeNull();
  });
});

it("reads the kernel's accounts", () => {
  const stat = "42 (a name) of ) S 7 40 40 0 -1 4194304 1 2 3 4 11 22 33 44 20 0 1 0 5 6 7";
  expect(rowOf(stat)).toEqual({ pid: 42, parent: 7, group: 40, ticks: 110 });
});
