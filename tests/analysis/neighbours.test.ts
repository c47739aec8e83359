import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../src/report/index.ts";
import { onHosts, threeHosts } from "../laboratory/virtual-hosts.ts";
import { designRow, laboratoryReport } from "../support/laboratory-report.ts";
import { renderedReport } from "../support/rendered-report.ts";

/** Six blocks on two hosts; trials of these blocks have a neighbour, which costs them 4 %. */
function shared(beside: readonly number[]): ReportInput {
  const { provenance, shift } = onHosts(threeHosts(0.05).slice(0, 2));
  const isShared = (block: number): boolean => beside.includes(block);
  return laboratoryReport({
    design: { kind: "isolation", changes: [designRow("seqs256", { max_num_seqs: 256 })] },
    engine: { provenance, shift: (spec) => shift(spec) + (isShared(spec.block) ? Math.log(0.96) : 0) },
    study: { repeats: 6 },
    change: (trial) => (isShared(trial.spec.block) ? { ...trial, neighbours: 2 } : trial),
  });
}

describe("neighbours", () => {
  it("are counted, and what they cost is measured within hosts by the baseline", () => {
    const input = shared([3, 4, 5, 6]);
    const [found, ...others] = input.neighbours!;
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      baseline: "baseline",
      arms: [
        { experiment: "baseline", trials: 4, of: 6, blocks: [3, 4, 5, 6], most: 2 },
        { experiment: "seqs256", trials: 4, of: 6, blocks: [3, 4, 5, 6], most: 2 },
      ],
      blocks: { beside: 4, alone: 2 },
    });
    expect(found!.interval!.lower).toBeLessThan(0.96);
    expect(found!.interval!.upper).toBeGreaterThan(0.96);
    expect(found!.ratio).toBeCloseTo(0.96, 1);
    const text = renderedReport(input);
    expect(text).toContain("## Neighbours");
    expect(text).toMatch(/Beside neighbours the output tok\/s of baseline is -[2-5]\.\d % \(-\d\.\d to -?\+?\d\.\d\)/);
  });

  it("leave their cost unknown where no host ran without them", () => {
    const input = shared([1, 2, 3, 4, 5, 6]);
    expect(input.neighbours![0]).toMatchObject({ ratio: null, blocks: { beside: 6, alone: 0 } });
    expect(renderedReport(input)).toContain("is not known: no host has it both ways");
  });

  it("are no section where there are none", () => {
    expect(shared([]).neighbours).toEqual([]);
    expect(renderedReport(shared([]))).not.toContain("Neighbours");
  });
});
