import { expect, it } from "vitest";
import { tilesOf } from "../../src/report/tiles.ts";
import { fakeReportInput } from "../support/fake-report.ts";

it("has four figures, each beside its limit", () => {
  const input = fakeReportInput();
  const tiles = tilesOf(input);
  expect(tiles.map(({ title }) => title)).toEqual([
    "Usable trials",
    "Smallest detectable effect",
    "Drift",
    "Load generator",
  ]);
  const usable = input.summaries.reduce((sum, row) => sum + row.usable, 0);
  const all = input.summaries.reduce((sum, row) => sum + row.of, 0);
  expect(tiles[0]).toMatchObject({ figure: String(usable), of: `of ${all}` });
  for (const { bar } of tiles) if (bar !== null) expect(bar.value).toBeLessThanOrEqual(1);
});

it("has the decimals of the tables: one of what could be seen, two of drift", () => {
  const [, detectable, drift] = tilesOf(fakeReportInput());
  expect(detectable!.figure).toMatch(/^\d+\.\d %$/);
  expect(drift!.figure).toMatch(/^[+-]\d+\.\d\d %$/);
});

it("has no figure where nothing ran", () => {
  const tiles = tilesOf({ ...fakeReportInput(), summaries: [], effects: [], decisions: [], trials: [] });
  expect(tiles.map(({ bar }) => bar)).toEqual([null, null, null, null]);
  expect(tiles[0]!.note).toBe("nothing ran");
});
