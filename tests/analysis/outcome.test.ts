import { describe, expect, it } from "vitest";
import { decisions } from "../../src/analysis/decisions.ts";
import { blocksNeeded } from "../../src/analysis/outcome.ts";
import { plannedPower } from "../../src/analysis/planned-power.ts";
import { studentTQuantile } from "../../src/math/distributions.ts";
import { noTest, type Effect } from "../../src/schema/effect.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

/** An effect of a design without gaps whose arms all have this noise, as a study of so many blocks finds it. */
function found(sd: number, blocks: number, changes: number, family = "isolation"): Effect {
  const baselines = family === "step" ? 1 : 2;
  const standardError = sd * Math.sqrt((1 + 1 / baselines) / blocks);
  const degreesOfFreedom = blocks * (changes + baselines) - blocks - changes;
  const half = studentTQuantile(0.95, degreesOfFreedom) * standardError;
  const interval = { lower: Math.exp(-half), upper: Math.exp(half) };
  return {
    ...noTest,
    treatment: "a",
    control: "baseline",
    family,
    metric: "output_throughput",
    stat: "value",
    unit: "tok/s",
    treatmentValue: 100,
    controlValue: 100,
    ratio: 1,
    scale: "log",
    direction: "same",
    interval,
    equivalence: { margin: 0.02, p: 0.3, interval, equivalent: false },
    degreesOfFreedom,
    blocks,
    residual: sd,
    drift: null,
    method: "",
    why: null,
    trials: { treatment: blocks, control: blocks },
    excluded: [],
  };
}

describe("blocksNeeded", () => {
  it.each([
    ["isolation", 1],
    ["isolation", 6],
    ["step", 4],
  ] as const)("is what the plan says before anything is spent: %s of %i", (family, changes) => {
    const blocks = blocksNeeded(found(0.015, 3, changes, family), changes)!;
    expect(blocks).toBeGreaterThan(3);
    const planned = (some: number) =>
      plannedPower({
        family,
        changes,
        blocks: some,
        baselines: family === "step" ? 1 : 2,
        residual: { sd: 0.015, source: "" },
      });
    // The plan also draws how well each arm's own noise is known: within a sixth of its blocks.
    expect(planned(Math.ceil(blocks * 1.17)).noEffectWithin).toBeLessThan(0.02);
    expect(planned(Math.floor(blocks * 0.83)).noEffectWithin).toBeGreaterThan(0.02);
    // With so many an effect of the smallest size of interest is detected as well.
    expect(planned(Math.ceil(blocks * 1.17)).smallestDetectable).toBeLessThan(0.02);
  });

  it("grows with the changes that are corrected over, and falls with the noise", () => {
    expect(blocksNeeded(found(0.015, 3, 6), 6)).toBeGreaterThan(blocksNeeded(found(0.015, 3, 6), 1)!);
    expect(blocksNeeded(found(0.01, 3, 6), 6)).toBeLessThan(blocksNeeded(found(0.015, 3, 6), 6)!);
  });

  it("is none where a hundred ran already", () => {
    expect(blocksNeeded(found(0.0145, 120, 1), 1)).toBeNull();
  });

  it("is none where more than a hundred would be needed, and where the noise is not known", () => {
    expect(blocksNeeded(found(0.2, 3, 6), 6)).toBeNull();
    expect(blocksNeeded({ ...found(0.01, 3, 1), degreesOfFreedom: null }, 1)).toBeNull();
  });
});

describe("a change that is not settled", () => {
  /** Of the first change, by the throughputs of the baseline and each change in each block; null where a trial is missing. */
  const missingOf = (measured: readonly (readonly (number | null)[])[]): string | undefined => {
    const experiments = measured.map((_, at) => fakeExperiment(`row${at}`, at, at === 0 ? {} : { seqs: at }));
    const contrasts = experiments.slice(1).map(({ labels: { name: treatment }, knobs: changed }) => {
      return { treatment, control: "row0", changed, family: "isolation" as const };
    });
    const trials = experiments.flatMap((one, at) =>
      measured[at]!.flatMap((throughput, block) =>
        throughput === null ? [] : fakeTrial(one, { replicate: block + 1, throughput }),
      ),
    );
    return decisions({ experiments, contrasts, fidelity: "valid" }, trials)[1]?.missing[0]?.text;
  };

  it("claims no number of blocks where no block shows the noise: beside a measured zero, and where one block holds both sides", () => {
    const besideZero = [
      [100, 101, 102],
      [100, 0, 90],
    ];
    expect(missingOf(besideZero)).toMatch(/; how many blocks would tell is not known, 3 ran$/);
    // The blocks of the two sides hang together by the third arm.
    const oneShared = [
      [null, null, 100, 104, 97],
      [103, 96, 101, null, null],
      [101, 100, 102, 99, 101],
    ];
    expect(missingOf(oneShared)).toMatch(/; how many blocks would tell is not known, 1 ran$/);
  });

  it("is not tested with less than one degree of freedom, whose interval would have no end", () => {
    const gaps = [
      [159, 146],
      [126, null, 159],
      [148, null, 133],
      [120, 107],
    ];
    expect(missingOf(gaps)).toBe("too little is left to estimate the noise from after arms and blocks");
  });
});
