import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../src/report/index.ts";
import { onHosts, threeHosts } from "../laboratory/virtual-hosts.ts";
import { designRow, laboratoryReport } from "../support/laboratory-report.ts";
import { renderedReport } from "../support/rendered-report.ts";

/** Six blocks on two hosts; trials of these blocks have two neighbours, which cost them 4 %, and some of them their validity. */
function shared(beside: readonly number[], invalid: readonly number[] = []): ReportInput {
  const { provenance, shift } = onHosts(threeHosts(0.05).slice(0, 2));
  const isShared = (block: number): boolean => beside.includes(block);
  return laboratoryReport({
    design: { kind: "isolation", changes: [designRow("seqs256", { max_num_seqs: 256 })] },
    engine: { provenance, shift: (spec) => shift(spec) + (isShared(spec.block) ? Math.log(0.96) : 0) },
    study: { repeats: 6 },
    change: (trial) => ({
      ...trial,
      ...(isShared(trial.spec.block) ? { neighbours: 2 } : {}),
      ...(invalid.includes(trial.spec.block) ? { verdict: { ...trial.verdict, status: "INVALID" } } : {}),
    }),
  });
}

describe("neighbours", () => {
  it("are counted, and what they cost is measured within hosts by the baseline", () => {
    const input = shared([3, 4, 5, 6], [5]);
    const counts = {
      beside: { trials: 4, usable: 3 },
      alone: { trials: 2, usable: 2 },
      blocks: [3, 4, 5, 6],
      most: 2,
    };
    const [found, ...others] = input.neighbours!;
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      baseline: "baseline",
      arms: [
        { experiment: "baseline", ...counts },
        { experiment: "seqs256", ...counts },
      ],
      blocks: { beside: 3, alone: 2 },
    });
    expect(found!.interval!.lower).toBeLessThan(0.96);
    expect(found!.interval!.upper).toBeGreaterThan(0.96);
    expect(found!.ratio).toBeCloseTo(0.96, 1);
    const text = renderedReport(input);
    expect(text).toContain("## Neighbours");
    expect(text).toMatch(
      /Beside neighbours the output tok\/s of baseline differs by -[2-5]\.\d % \(-\d\.\d to -?\+?\d\.\d\)/,
    );
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
