import { expect, it } from "vitest";
import { readSimulatorTruth, rungFigures } from "../../../bench/load/simulator-rate.ts";
import { truthHeader } from "../../../src/simulator/truth.ts";

it("reads the truth of the simulated engine by its own header, and how late it was", () => {
  const rows = readSimulatorTruth(
    [
      truthHeader,
      "a,1000,20,20.5,147,147,32,128,0,0,0.5,length",
      "b,1100,20,22,147,150,32,128,0,0,3,length",
      "c,1100,,,,,32,0,0,0,0,abort",
      "",
    ].join("\n"),
  );
  expect(rows).toHaveLength(2);
  const figures = rungFigures(rows, 256_000, 0);
  // From the first arrival, at 1000, to the last token, at 1250.
  expect(figures.tokensPerS).toBeCloseTo(256 / 0.25, 9);
  expect(figures.latenessMs.p50).toBeCloseTo(1.25, 9);
  expect(figures.latenessMs.p99).toBeCloseTo(2.97, 9);
  expect(figures.cpuUsPerToken).toBe(1);
  // Of the second to arrive alone.
  expect(rungFigures(rows.toReversed(), 256_000, 1).latenessMs.p50).toBeCloseTo(2.5, 9);
});
