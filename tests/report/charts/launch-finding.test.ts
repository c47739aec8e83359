import { describe, expect, it } from "vitest";
import { launchFinding } from "../../../src/report/charts/launch-finding.ts";
import type { LaunchRow } from "../../../src/report/charts/launch-rows.ts";

const launch = (
  experiment: string,
  block: number,
  fromMean: number | null,
  more: Partial<LaunchRow> = {},
): LaunchRow => ({
  cell: "",
  experiment,
  place: "",
  decision: "HOLD",
  block,
  value: 1000 * (fromMean ?? 1),
  fromMean,
  counts: true,
  verdict: "VALID",
  figure: "output tok/s",
  lowerIsBetter: false,
  ...more,
});
/** Deviations of arms in blocks 1, 2, 3 and so on, in per cent. */
const arms = (all: { [arm: string]: number[] }): LaunchRow[] =>
  Object.entries(all).flatMap(([arm, percents]) =>
    percents.map((percent, at) => launch(arm, at + 1, 1 + percent / 100)),
  );
const quiet = arms({ a: [0.4, -0.6, 0.2], b: [-0.3, 0.5, -0.2], c: [0.1, 0.7, -0.8] });
const failed = launch("d", 1, null, { counts: false, value: null, verdict: "FAILED: out of memory" });

describe("what launches show", () => {
  it("is how far they lie from the means of their arms, where blocks agree", () => {
    expect(launchFinding(quiet, 0.02)).toBe(
      "The 3 blocks agree: every launch that counts is within 0.8 % of the mean of its arm.",
    );
    const [first, second] = quiet;
    expect(launchFinding([first!, { ...second!, block: 1 }], 0.02)).toBe(
      "Every launch that counts is within 0.6 % of the mean of its arm.",
    );
    expect(launchFinding([...quiet, launch("once", 1, null)], 0.02)).toMatch(
      /every launch of an arm that ran more than once is within 0\.8 %/,
    );
  });

  it("is the block that lies apart, by more than the smallest effect of interest", () => {
    const apart = arms({ a: [2, 2, -4], b: [2.2, 1.8, -4], c: [2.1, 1.9, -4] });
    expect(launchFinding(apart, 0.02)).toBe(
      "Block 3 lies 4.0 % below the mean of all blocks; every launch that counts is within 4.0 % of the mean of its arm.",
    );
    expect(
      launchFinding(
        apart.map((row) => ({ ...row, cell: "1k1k" })),
        0.02,
      ),
    ).toMatch(/^Block 3 of 1k1k lies /);
    expect(launchFinding(apart, 0.05)).toMatch(/^The 3 blocks agree: /);
  });

  it("is what does not count, and why", () => {
    const invalid = launch("c", 2, 1.48, { counts: false, verdict: "INVALID: too short" });
    expect(launchFinding([...quiet, invalid], 0.02)).toMatch(
      / Block 2 of c lies 48\.0 % above its arm's mean and does not count: INVALID: too short\.$/,
    );
    expect(launchFinding([...quiet, invalid, failed, failed], 0.02)).toMatch(
      / 3 launches do not count: 1 INVALID and 2 FAILED\.$/,
    );
    expect(launchFinding([...quiet, failed, failed], 0.02)).toMatch(/ 2 FAILED launches do not count\.$/);
    expect(launchFinding([failed], 0.02)).toBe("No launch counts. Block 1 of d does not count: FAILED: out of memory.");
  });

  it("is that nothing was repeated", () => {
    expect(launchFinding([launch("a", 1, null), launch("b", 1, null)], 0.02)).toBe(
      "One launch each: nothing shows how well a launch repeats.",
    );
  });
});
